import assert from 'node:assert/strict';
import {
  autoscalers,
  disruptionBudgets,
  models,
  networkPolicies,
} from '../../../../src/controller/resources.ts';
import { model } from '../../simulation/raw.ts';
import type { Story } from '../story.ts';
import { assertEnd, champion, createRun, hasEnded, isServing, outcomesOf } from './common.ts';

const serving = {
  replicas: 2,
  disruptionBudget: { minAvailable: 1 },
  networkPolicy: {},
  service: { annotations: { team: 'a' } },
};

/** A run that is no better than the champion, while the Model's servers are changed and changed back. */
export const furtherRun: Story = {
  name: 'further run',
  given: [champion],
  acts: [
    {
      name: 'create a run and change the servers',
      take: cluster => {
        createRun('r2')(cluster);
        cluster.edit(models, model, draft => {
          draft.spec = { ...draft.spec, serving };
        });
      },
      until: cluster =>
        hasEnded(cluster, 'r2') && isServing(cluster, 'r1') && cluster.get(networkPolicies, model) !== null,
    },
    {
      name: 'change the servers back',
      take: cluster =>
        cluster.edit(models, model, draft => {
          const { serving: _, ...spec } = draft.spec;
          draft.spec = spec;
        }),
      until: cluster => isServing(cluster, 'r1') && cluster.get(networkPolicies, model) === null,
    },
  ],
  end: cluster => {
    assertEnd(cluster, 'r2', 'Complete');
    assert.deepEqual(outcomesOf(cluster).toSorted(), ['r1 Promoted', 'r2 Inconclusive']);
    for (const type of [autoscalers, disruptionBudgets]) assert.equal(cluster.get(type, model), null);
  },
};
