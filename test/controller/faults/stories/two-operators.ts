import assert from 'node:assert/strict';
import { models } from '../../../../src/controller/resources.ts';
import { model } from '../../simulation/raw.ts';
import { usual } from '../cluster/kubelet.ts';
import type { Story } from '../story.ts';
import { champion, createRun, ends, hasEnded, isServing, outcomesOf } from './common.ts';

/** A better run while the servers are changed; at every write another process becomes the leader. */
export const twoOperators: Story = {
  name: 'two operators',
  hasStandby: true,
  given: [champion],
  acts: [
    {
      name: 'create a better run',
      take: cluster => {
        cluster.behaviour = { ...usual, ends: { 'r2/Evaluate': [ends('better')] } };
        createRun('r2')(cluster);
      },
      until: cluster => hasEnded(cluster, 'r2') && isServing(cluster, 'r2'),
    },
    {
      name: 'change the servers',
      take: cluster =>
        cluster.edit(models, model, draft => {
          draft.spec = { ...draft.spec, serving: { replicas: 2, podTemplate: { labels: { team: 'a' } } } };
        }),
      until: cluster => isServing(cluster, 'r2'),
    },
  ],
  end: cluster => assert.deepEqual(outcomesOf(cluster), ['r2 Promoted', 'r1 Promoted']),
};
