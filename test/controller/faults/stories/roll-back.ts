import assert from 'node:assert/strict';
import { models } from '../../../../src/controller/resources.ts';
import { model } from '../../simulation/raw.ts';
import { usual } from '../cluster/kubelet.ts';
import type { Act, Story } from '../story.ts';
import { champion, createRun, ends, hasEnded, isServing, outcomesOf } from './common.ts';

const pin =
  (pinnedRun: string | undefined): Act['take'] =>
  cluster =>
    cluster.edit(models, model, draft => {
      const { pinnedRun: _, ...spec } = draft.spec;
      draft.spec = pinnedRun === undefined ? spec : { ...spec, pinnedRun };
    });

/** A person returns to the version before, which two servers serve, and later leaves the choice to the operator again. */
export const rollBack: Story = {
  name: 'roll-back',
  given: [
    champion,
    {
      name: 'two servers, and a better run',
      take: cluster => {
        cluster.behaviour = { ...usual, ends: { 'r2/Evaluate': [ends('better')] } };
        cluster.edit(models, model, draft => {
          draft.spec = { ...draft.spec, serving: { replicas: 2 } };
        });
        createRun('r2')(cluster);
      },
      until: cluster => hasEnded(cluster, 'r2') && isServing(cluster, 'r2'),
    },
  ],
  acts: [
    { name: 'pin the first run', take: pin('r1'), until: cluster => isServing(cluster, 'r1') },
    { name: 'unpin it', take: pin(undefined), until: cluster => isServing(cluster, 'r1') },
    { name: 'pin the second run', take: pin('r2'), until: cluster => isServing(cluster, 'r2') },
  ],
  end: cluster =>
    assert.deepEqual(outcomesOf(cluster), ['r2 Pinned', 'r1 Pinned', 'r2 Promoted', 'r1 Promoted']),
};
