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

/** The labels that the Model requires of its runs where it requires any. */
export const selected = { team: 'quant' };

/** Undefined removes the field. */
const editing = fc.oneof(
  fc.record({ pinnedRun: fc.constantFrom('r1', 'r2', undefined, undefined) }),
  fc.record({
    promotion: fc.constantFrom(
      undefined,
      { policy: 'Manual' },
      { policy: 'Manual', approvedRun: 'r1' },
      { policy: 'Manual', approvedRun: 'r2' },
      { runs: { selector: { matchLabels: selected } } },
    ),
  }),
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
