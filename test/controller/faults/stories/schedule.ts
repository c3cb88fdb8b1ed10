import assert from 'node:assert/strict';
import { trainingRuns } from '../../../../src/controller/resources.ts';
import { namespace } from '../../simulation/raw.ts';
import type { Cluster } from '../cluster.ts';
import type { Act, Story } from '../story.ts';
import { createModel, hasEnded, modelOf, outcomesOf } from './common.ts';

const schedule = { cron: '*/10 * * * *', successfulRunsHistoryLimit: 1 };
const runTemplate = { spec: { symbol: 'AAPL', data: { source: 'Sample' } } };

function runs({ store }: Cluster): string[] {
  return store.list(trainingRuns, namespace).map(({ metadata }) => metadata.name);
}

const time = (name: string, kept: number, judged: number): Act => ({
  name,
  after: 600,
  take: () => {},
  until: cluster =>
    runs(cluster).length === kept &&
    runs(cluster).every(run => hasEnded(cluster, run)) &&
    modelOf(cluster).status.history?.length === judged,
});

/** The third time of a schedule that keeps the champion's run and one other. */
export const schedules: Story = {
  name: 'schedule',
  given: [
    createModel({ schedule, runTemplate }),
    time('the first time', 1, 1),
    time('the second time', 2, 2),
  ],
  acts: [time('the third time', 2, 3)],
  end: cluster => {
    const [first, latest] = runs(cluster);
    assert.deepEqual(outcomesOf(cluster).slice(0, 1), [`${latest} Inconclusive`]);
    assert.equal(modelOf(cluster).status.champion.run, first);
  },
};
