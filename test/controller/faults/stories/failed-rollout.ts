import assert from 'node:assert/strict';
import { usual } from '../cluster/kubelet.ts';
import type { Story } from '../story.ts';
import { champion, createRun, ends, hasEnded, isServing, modelOf, outcomesOf } from './common.ts';

/** The servers of a better version do not become ready. */
export const failedRollout: Story = {
  name: 'failed rollout',
  given: [champion],
  acts: [
    {
      name: 'create a better run whose servers do not start',
      take: cluster => {
        cluster.behaviour = { ...usual, serversStart: false, ends: { 'r2/Evaluate': [ends('better')] } };
        createRun('r2')(cluster);
      },
      until: cluster => hasEnded(cluster, 'r2') && modelOf(cluster).status.champion.run === 'r2',
    },
    {
      name: 'the deadline passes',
      after: 400,
      take: cluster => {
        cluster.behaviour = { ...cluster.behaviour, serversStart: true };
      },
      until: cluster =>
        modelOf(cluster).status.champion.run === 'r1' && modelOf(cluster).status.readyReplicas === 1,
    },
  ],
  end: cluster => {
    assert.deepEqual(outcomesOf(cluster), ['r2 RolloutFailed', 'r2 Promoted', 'r1 Promoted']);
    assert.equal(isServing(cluster, 'r1'), false);
  },
};
