import assert from 'node:assert/strict';
import { models } from '../../../../src/controller/resources.ts';
import { model } from '../../simulation/raw.ts';
import { usual } from '../cluster/kubelet.ts';
import type { Story } from '../story.ts';
import { champion, modelOf } from './common.ts';

/** Two times at which past forecasts are scored; the second Job fails once and then for good. */
export const scoring: Story = {
  name: 'scoring',
  given: [
    champion,
    {
      name: 'schedule the scoring',
      take: cluster =>
        cluster.edit(models, model, draft => {
          draft.spec = { ...draft.spec, scoring: { cron: '*/10 * * * *' } };
        }),
      until: cluster => modelOf(cluster).status.scoring?.nextScheduleTime !== undefined,
    },
  ],
  acts: [
    {
      name: 'the first time',
      after: 600,
      take: () => {},
      until: cluster => modelOf(cluster).status.scoring?.job?.state === 'Succeeded',
    },
    {
      name: 'the second time',
      after: 600,
      take: cluster => {
        cluster.behaviour = { ...usual, ends: { 'score/Score': [{ exitCode: 75 }, { exitCode: 64 }] } };
      },
      until: cluster => modelOf(cluster).status.scoring?.job?.state === 'Failed',
    },
  ],
  end: cluster => {
    assert.ok(modelOf(cluster).status.live !== undefined);
    assert.equal(modelOf(cluster).status.scoring.failures, 1);
  },
};
