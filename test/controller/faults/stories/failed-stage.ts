import assert from 'node:assert/strict';
import { trainingRuns } from '../../../../src/controller/resources.ts';
import { usual } from '../cluster/kubelet.ts';
import type { Story } from '../story.ts';
import { assertEnd, createRun, hasEnded, modelOf } from './common.ts';

/** A stage that fails once for a passing cause, and another that can never succeed. */
export const failedStage: Story = {
  name: 'failed stage',
  acts: [
    {
      name: 'create a run',
      take: cluster => {
        cluster.behaviour = {
          ...usual,
          ends: {
            'r1/Fetch': [{ exitCode: 75 }, { exitCode: 0, report: 'right', quality: 'good' }],
            'r1/Train': [{ exitCode: 65 }],
          },
        };
        createRun('r1')(cluster);
      },
      until: cluster => hasEnded(cluster, 'r1'),
    },
  ],
  end: cluster => {
    assertEnd(cluster, 'r1', 'Failed');
    const { stages } = cluster.get(trainingRuns, 'r1').status;
    assert.deepEqual(
      stages.map(({ state }: { state: string }) => state),
      ['Succeeded', 'Succeeded', 'Failed', 'Skipped'],
    );
    assert.equal(stages[0].attempts, 2);
    assert.equal(modelOf(cluster).status.champion, undefined);
  },
};
