/** A cluster with a Model in which one run after the other is born, changed and finished. */
import { stageNames } from '../../../src/api/artifacts.ts';
import { claims, jobs, models, trainingRuns } from '../../../src/controller/resources.ts';
import type { Spec } from '../../../support/operations/cases.ts';
import { isDeleting, model, type Raw, stageOf } from '../simulation/raw.ts';
import type { Cluster } from './cluster.ts';
import { normalised } from './normalise.ts';

/** Neither succeeds in the competition, so that every run finds the same champion. */
const ends = { exitCode: 0, report: 'right', quality: 'bad' } as const;

export const name = 'r';

/** A run's Jobs as they were last created, by stage, and its status when nothing more happens. */
export interface RunOutcome {
  readonly jobs: Raw[];
  readonly phase: string;
}

export type Change = (cluster: Cluster) => void;

/**
 * A run from its creation to its end.
 * @param spec at its creation
 * @param change called once a pod of Fetch exists, or before the first stage while the run is suspended
 */
export async function runOf(
  cluster: Cluster,
  spec: Spec,
  change: Change = () => {},
  fetching: 'pending' | 'running' = 'pending',
): Promise<RunOutcome> {
  const created = new Map<string, Raw>();
  const stop = cluster.onJob(job => {
    if (job.metadata.name.startsWith(`${name}-`)) created.set(stageOf(job) ?? '', normalised(job));
  });
  cluster.create(trainingRuns, name, spec);
  await cluster.settle();
  if (fetching === 'running') {
    for (const pod of cluster.pods.live()) cluster.pods.start(pod);
    await cluster.settle();
  }
  change(cluster);
  await cluster.settle(() => {
    for (const pod of cluster.pods.live()) if (!isDeleting(pod)) cluster.pods.end(pod, ends);
  });
  stop();
  const run = cluster.get(trainingRuns, name);
  const outcome = {
    jobs: stageNames.flatMap(stage => created.get(stage) ?? []),
    phase: run === null ? 'deleted' : run.status.phase,
  };
  await remove(cluster);
  return outcome;
}

/** Deletes the run and what it has created. */
export async function remove(cluster: Cluster): Promise<void> {
  cluster.delete(trainingRuns, name);
  for (const { metadata } of cluster.list(jobs)) {
    if (metadata.name.startsWith(`${name}-`)) cluster.delete(jobs, metadata.name);
  }
  await cluster.settle();
  for (const { metadata } of cluster.list(models)) {
    if (metadata.name === model) continue;
    cluster.delete(models, metadata.name);
    cluster.delete(claims, `${metadata.name}-artifacts`);
  }
  await cluster.settle();
}
