/** Changes of runs by users. */
import fc from 'fast-check';
import { annotations, apiVersion } from '../../../../src/api/group.ts';
import { jobs, trainingRuns } from '../../../../src/controller/resources.ts';
import { allowedImages, forbiddenImage, model, namespace } from '../raw.ts';
import { selected } from './model.ts';
import { steps, which } from './step.ts';

/** Few names, so that names are reused. */
const name = fc.constantFrom('r1', 'r2', 'r3');

/** Creates the run if it does not exist. */
export const apply = steps('apply', name, ({ store }, name) => {
  if (store.get(trainingRuns, namespace, name) !== null) return;
  store.create(trainingRuns, {
    apiVersion,
    kind: trainingRuns.kind,
    metadata: { name, namespace },
    spec: { model, symbol: 'AAPL', data: { source: 'Sample' }, activeDeadlineSeconds: 7200 },
  });
});

export const deleteRun = steps('delete run', name, (world, name) => {
  if (world.run(name) !== null) world.store.delete(trainingRuns, namespace, name, 'Orphan');
});

/** Deletes a run and immediately creates another of the same name. */
export const replace = steps('replace', name, (world, name) => {
  const { spec } = world.run(name) ?? {};
  if (spec === undefined) return;
  world.store.delete(trainingRuns, namespace, name, 'Orphan');
  const metadata = { name, namespace };
  world.store.create(trainingRuns, { apiVersion, kind: trainingRuns.kind, metadata, spec });
});

/** Labels that the Model's selector may require. */
export const relabel = steps('relabel', fc.record({ name, labelled: fc.boolean() }), (world, change) => {
  if (world.run(change.name) === null) return;
  world.edit(world.run(change.name), trainingRuns, draft => {
    draft.metadata.labels = change.labelled ? selected : {};
    draft.metadata.annotations = { [annotations.approved]: 'true' };
  });
});

const editing = fc.oneof(
  { weight: 4, arbitrary: fc.record({ suspend: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ activeDeadlineSeconds: fc.constantFrom(60, 7200) }) },
  { weight: 1, arbitrary: fc.record({ ttlSecondsAfterFinished: fc.constantFrom(0, 3000) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      podTemplate: fc.record({ image: fc.constantFrom(...allowedImages, forbiddenImage) }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ symbol: fc.constantFrom('AAPL', 'MSFT') }) },
);

/** Only edits that the API server accepts: the symbol cannot change once the run has started. */
export const editRun = steps('edit run', fc.record({ name, editing }), (world, { name, editing }) => {
  const run = world.run(name);
  if (run === null || ('symbol' in editing && run.status?.startTime !== undefined)) return;
  world.edit(run, trainingRuns, draft => {
    draft.spec = { ...draft.spec, ...editing };
  });
});

/** A user deletes a Job. */
export const deleteJob = steps('delete Job', which, ({ store }, which) => {
  const all = store.list(jobs, namespace);
  const job = all[which % Math.max(1, all.length)];
  if (job !== undefined) store.delete(jobs, namespace, job.metadata.name, 'Orphan');
});
