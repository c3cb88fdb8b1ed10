/** Edits of the Model by users. */
import fc from 'fast-check';
import { models } from '../../../../src/controller/resources.ts';
import { model, namespace } from '../raw.ts';
import { steps } from './step.ts';

export const deleteModel = steps('delete Model', fc.constant(null), world => {
  if (world.model() !== null) world.store.delete(models, namespace, model, 'Orphan');
});

const runTemplate = { spec: { data: { source: 'Sample' } } };
const schedule = (concurrencyPolicy: string) => ({
  schedule: { cron: '*/10 * * * *', concurrencyPolicy, successfulRunsHistoryLimit: 1 },
  runTemplate,
});

/** Undefined removes the field. */
const editing = fc.oneof(
  fc.record({ pinnedRun: fc.constantFrom('r1', 'r2', undefined, undefined) }),
  fc.record({ promotion: fc.constantFrom({ policy: 'Manual' }, undefined) }),
  fc.record({
    serving: fc.record({
      replicas: fc.constantFrom(0, 1, 2),
      autoscaling: fc.constantFrom({ maxReplicas: 3 }, undefined),
      disruptionBudget: fc.constantFrom({}, undefined),
    }),
  }),
  fc.constantFrom(schedule('Forbid'), schedule('Queue'), schedule('Replace'), { schedule: undefined }),
);

export const editModel = steps('edit Model', editing, (world, editing) => {
  if (world.model() === null) return;
  world.edit(world.model(), models, draft => {
    draft.spec = JSON.parse(JSON.stringify({ ...draft.spec, ...editing }));
  });
});
