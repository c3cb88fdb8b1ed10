/**
 * The operator's caches: TrainingRuns and Models whole, everything else by its label. One watch for each kind; those
 * that are optional too, since only the watch tells when somebody deletes or changes them, and an idle one costs a
 * connection and a bookmark a minute.
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
import type { KubernetesObject, ResourceType } from '../kubernetes/resource.ts';
import { modelKey } from './key.ts';
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
  /** Empty: all. */
  readonly namespaces: readonly string[];
  /** Whether the cluster knows the kind: watching one that it doesn't would never sync. */
  readonly serviceMonitors: boolean;
  /** Announcements the key of every Model of which something changed. */
  readonly changed: (key: string) => void;
  /** Announcements of every list and every watch of a kind as it begins. */
  readonly begins: (type: ResourceType, what: 'list' | 'watch') => void;
  readonly report: (problem: InformerProblem) => void;
  readonly timing?: Partial<InformerTiming>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** What every Informer can do, whatever it keeps. */
type AnyInformer = Pick<
  Informer<Stored>,
  'start' | 'stop' | 'synced' | 'hasSynced' | 'stale' | 'lastActivity' | 'size' | 'upsert'
>;

export interface Caches {
  readonly runs: Informer<RunResource>;
  readonly models: Informer<ModelResource>;
  readonly jobs: Informer<JobResource | ScoreJobResource>;
  readonly pods: Informer<PodResource>;
  readonly claims: Informer<ClaimResource & OfModel>;
  readonly deployments: Informer<DeploymentResource & OfModel>;
  readonly children: readonly Informer<ChildResource & OfModel>[];
  /** Every cache with its kind. */
  readonly all: ReadonlyMap<ResourceType, AnyInformer>;
}

/** One cache for each kind, empty until it is started. */
export function createCaches(options: CachesOptions): Caches {
  const all = new Map<ResourceType, AnyInformer>();
  const add = <T extends Stored>(
    type: ResourceType,
    own: Pick<InformerOptions<T>, 'read' | 'key' | 'labelSelector'>,
  ): Informer<T> => {
    const informer = createInformer<T>({
      client: options.client,
      type,
      ...(options.namespaces.length > 0 && { namespaces: options.namespaces }),
      changed: options.changed,
      begins: options.begins,
      report: options.report,
      ...(options.timing && { timing: options.timing }),
      ...own,
    });
    all.set(type, informer);
    return informer;
  };
  const labelled = <T extends Stored & OfModel>(
    type: ResourceType,
    read: (raw: KubernetesObject, previous: T | null) => T | null,
  ) => add<T>(type, { read, key: ofModel, labelSelector: labels.model });

  const children = [services, autoscalers, disruptionBudgets, networkPolicies];
  if (options.serviceMonitors) children.push(serviceMonitors);
  return {
    runs: add<RunResource>(trainingRuns, { read: readRun, key: ofModel }),
    models: add<ModelResource>(models, {
      read: readModel,
      key: ({ namespace, name }) => modelKey(namespace, name),
    }),
    jobs: labelled<JobResource | ScoreJobResource>(jobs, raw => readJob(raw) ?? readScoreJob(raw)),
    pods: labelled<PodResource>(pods, (raw, previous) => readPod(raw, previous, options.now())),
    claims: labelled(claims, readClaim),
    deployments: labelled(deployments, readDeployment),
    children: children.map(type => labelled<ChildResource & OfModel>(type, raw => readChild(type, raw))),
    all,
  };
}

function ofModel({ namespace, model }: Stored & OfModel): string {
  return modelKey(namespace, model);
}
