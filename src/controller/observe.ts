/** Collects all cached objects that belong to one Model. */
import { scoreName } from '../api/stage-report.ts';
import type { Caches } from './caches.ts';
import { withMountFailures } from './decide/mounts.ts';
import { splitModelKey } from './key.ts';
import { claimName } from './names.ts';
import type { Observation, Refusal, Settings } from './observation.ts';

/** The parts of the caches that an observation reads. */
export type Sources = {
  readonly [K in 'runs' | 'models' | 'jobs' | 'pods' | 'claims' | 'deployments']: Pick<
    Caches[K],
    'get' | 'byKey'
  >;
} & { readonly children: readonly Pick<Caches['children'][number], 'byKey'>[] };

/** @param now milliseconds since the epoch */
export function observe(
  caches: Sources,
  key: string,
  now: number,
  settings: Settings,
  refusals: readonly Refusal[],
  podFailures: Observation['podFailures'] = new Map(),
): Observation {
  const { namespace, model: name } = splitModelKey(key);
  const model = caches.models.get(namespace, name);
  const jobs = caches.jobs.byKey(key);
  return {
    namespace,
    name,
    now,
    settings,
    model,
    runs: caches.runs.byKey(key),
    jobs: jobs.filter(job => job.stage !== scoreName),
    scoreJobs: jobs.filter(job => job.stage === scoreName),
    pods: withMountFailures(caches.pods.byKey(key), podFailures),
    podFailures,
    claim: caches.claims.get(namespace, model?.spec?.artifacts.claimName ?? claimName(name)),
    deployment: caches.deployments.get(namespace, name),
    children: caches.children.flatMap(children => children.byKey(key)),
    refusals,
  };
}
