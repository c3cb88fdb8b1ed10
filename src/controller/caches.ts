/**
 * The operator's caches: all TrainingRuns and Models, and the labelled objects of other types. Types that few Models use
 * are watched too, because only a watch reports changes by others; an idle watch costs a connection and a bookmark a
 * minute.
 */
import { labels } from '../api/group.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import {
  createInformer,
  type Informer,
  type InformerOptions,
  type InformerProblem,
  type InformerTiming,
  type Stored,
} from '../kubernetes/informer.ts';
import type { ResourceType } from '../kubernetes/resource.ts';
import { modelKey } from './key.ts';
import { type Namespaces, trackNamespaces } from './namespaces.ts';
import type {
  ChildResource,
  ClaimResource,
  DeploymentResource,
  JobResource,
  ModelResource,
  PodResource,
  RunResource,
  ScoreJobResource,
} from './observation.ts';
import { readModel, readRun } from './readers/custom.ts';
import { readJob, readScoreJob } from './readers/job.ts';
import { readPod } from './readers/pod.ts';
import { type OfModel, readChild, readClaim, readDeployment } from './readers/serving.ts';
import {
  autoscalers,
  claims,
  deployments,
  disruptionBudgets,
  jobs,
  models,
  networkPolicies,
  pods,
  serviceMonitors,
  services,
  trainingRuns,
} from './resources.ts';

export interface CachesOptions {
  readonly client: Pick<KubernetesClient, 'list' | 'watch'>;
  /** Empty for all namespaces. */
  readonly namespaces: readonly string[];
  /** Whether the cluster serves ServiceMonitors. A cache of a type that it does not serve would never sync. */
  readonly serviceMonitors: boolean;
  /** Called with the key of a Model when the Model or an object that belongs to it has changed. */
  readonly changed: (key: string) => void;
  /** Called when a list or a watch begins. */
  readonly begins: (type: ResourceType, what: 'list' | 'watch') => void;
  readonly report: (problem: InformerProblem) => void;
  /** Called when a configured namespace was lost, or is followed again. */
  readonly namespaceChanged: (namespace: string, lost: boolean) => void;
  readonly timing?: Partial<InformerTiming>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The members of an Informer that do not depend on the type of its values. */
type AnyInformer = Pick<
  Informer<Stored>,
  | 'start'
  | 'stop'
  | 'synced'
  | 'hasSynced'
  | 'stale'
  | 'lastActivity'
  | 'size'
  | 'upsert'
  | 'follows'
  | 'lostNamespaces'
>;

export interface Caches {
  readonly runs: Informer<RunResource>;
  readonly models: Informer<ModelResource>;
  readonly jobs: Informer<JobResource | ScoreJobResource>;
  readonly pods: Informer<PodResource>;
  readonly claims: Informer<ClaimResource & OfModel>;
  readonly deployments: Informer<DeploymentResource & OfModel>;
  readonly children: readonly Informer<ChildResource & OfModel>[];
  /** Every cache by its type. */
  readonly all: ReadonlyMap<ResourceType, AnyInformer>;
  readonly namespaces: Namespaces;
}

/** How the objects of one type are cached. */
export type CachedType<T extends Stored> = Pick<
  InformerOptions<T>,
  'type' | 'read' | 'key' | 'labelSelector'
>;

/**
 * Every type that the operator watches. The chart's roles must allow it to list and watch each of them.
 * @param now milliseconds since the epoch
 */
export function cachedTypes(now: () => number) {
  const labelled = <T extends Stored & OfModel>(
    type: ResourceType,
    read: CachedType<T>['read'],
  ): CachedType<T> => ({ type, read, key: keyOfModel, labelSelector: labels.model });
  return {
    runs: { type: trainingRuns, read: readRun, key: keyOfModel } satisfies CachedType<RunResource>,
    models: {
      type: models,
      read: readModel,
      key: ({ namespace, name }: ModelResource) => modelKey(namespace, name),
    } satisfies CachedType<ModelResource>,
    jobs: labelled<JobResource | ScoreJobResource>(jobs, raw => readJob(raw) ?? readScoreJob(raw)),
    pods: labelled<PodResource>(pods, (raw, previous) => readPod(raw, previous, now())),
    claims: labelled(claims, readClaim),
    deployments: labelled(deployments, readDeployment),
    children: [services, autoscalers, disruptionBudgets, networkPolicies, serviceMonitors].map(type =>
      labelled<ChildResource & OfModel>(type, raw => readChild(type, raw)),
    ),
  };
}

/** One cache for each type, empty until it is started. */
export function createCaches(options: CachesOptions): Caches {
  const { client, namespaces, changed, begins, report, timing } = options;
  const all = new Map<ResourceType, AnyInformer>();
  const cache = <T extends Stored>(cached: CachedType<T>): Informer<T> => {
    const informer = createInformer<T>({
      client,
      ...(namespaces.length > 0 && { namespaces }),
      changed,
      begins,
      report,
      availabilityChanged: namespace => tracked.update(namespace),
      ...(timing && { timing }),
      ...cached,
    });
    all.set(cached.type, informer);
    return informer;
  };
  const types = cachedTypes(options.now);
  const children = types.children.filter(({ type }) => options.serviceMonitors || type !== serviceMonitors);
  const tracked = trackNamespaces({
    configured: namespaces,
    caches: () => all.values(),
    changed: options.namespaceChanged,
    // Keys of a namespace that is not followed are not reconciled.
    followed: namespace => {
      for (const run of runs.values()) if (run.namespace === namespace) changed(keyOfModel(run));
      for (const { namespace: own, name } of models.values())
        if (own === namespace) changed(modelKey(own, name));
    },
  });
  const runs = cache(types.runs);
  const models = cache(types.models);
  return {
    runs,
    models,
    jobs: cache(types.jobs),
    pods: cache(types.pods),
    claims: cache(types.claims),
    deployments: cache(types.deployments),
    children: children.map(cache),
    all,
    namespaces: tracked,
  };
}

function keyOfModel({ namespace, model }: Stored & OfModel): string {
  return modelKey(namespace, model);
}
