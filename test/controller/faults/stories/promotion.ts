import assert from 'node:assert/strict';
import { models, trainingRuns } from '../../../../src/controller/resources.ts';
import { conditionOf, model } from '../../simulation/raw.ts';
import { usual } from '../cluster/kubelet.ts';
import type { Story } from '../story.ts';
import { champion, createRun, ends, isServing, modelOf, outcomesOf } from './common.ts';

/** A better run replaces the champion once a person has approved it. */
export const promotion: Story = {
  name: 'promotion',
  given: [champion],
  acts: [
    {
      name: 'require approval and create a better run',
      take: cluster => {
        cluster.behaviour = { ...usual, ends: { 'r2/Evaluate': [ends('better')] } };
        cluster.edit(models, model, draft => {
          draft.spec = { ...draft.spec, promotion: { policy: 'Manual' } };
        });
        createRun('r2')(cluster);
      },
      until: cluster =>
        conditionOf(cluster.get(trainingRuns, 'r2').status, 'Promoted')?.reason === 'AwaitingApproval',
    },
    {
      name: 'approve it',
      take: cluster =>
        cluster.edit(models, model, draft => {
          draft.spec = { ...draft.spec, promotion: { policy: 'Manual', approvedRun: 'r2' } };
        }),
      until: cluster => isServing(cluster, 'r2'),
    },
  ],
  end: cluster => {
    assert.deepEqual(outcomesOf(cluster), ['r2 Promoted', 'r2 AwaitingApproval', 'r1 Promoted']);
    assert.equal(modelOf(cluster).status.champion.run, 'r2');
  },
};
