/**
 * What the operator knows at one moment about one Model and all that belongs to it: plain values, read from caches.
 * Decisions are made from these alone. Times are milliseconds since the epoch.
 */
import type { StageName } from '../api/artifacts.ts';
import type { ModelSpec, ModelStatus } from '../api/model.ts';
import type { scoreName } from '../api/stage-report.ts';
import type { TrainingRunSpec, TrainingRunStatus } from '../api/training-run.ts';

/** What every cached object has. */
export interface Cached {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: number;
  /** Has a deletionTimestamp. */
  readonly deleting: boolean;
}

export interface RunResource extends Cached {
  readonly generation: number;
  /** The Model that it competes for: `spec.model`, else its own name. */
  readonly model: string;
  /** uid of the Model whose schedule made it. */
  readonly scheduledBy: string | null;
  /** Carries the annotation that lets policy Manual promote it. */
  readonly approved: boolean;
  /** Null when it does not fit the schema; `problems` then says why. */
  readonly spec: TrainingRunSpec | null;
  readonly problems: readonly string[];
  readonly status: TrainingRunStatus;
}

export interface ModelResource extends Cached {
  readonly generation: number;
  readonly spec: ModelSpec | null;
  readonly problems: readonly string[];
  readonly status: ModelStatus;
}

export interface JobResource extends Cached {
  readonly model: string;
  readonly run: string;
  readonly stage: StageName;
  /** uid of the run that controls it. */
  readonly ownerUid: string;
  /** The annotation that keeps the run's start. */
  readonly startedAt: string | null;
  readonly suspended: boolean;
  readonly active: number;
  readonly failed: number;
  readonly succeeded: number;
  /** Set once the Job controller has ended it. */
  readonly finished: {
    readonly type: 'Complete' | 'Failed';
    readonly reason: string;
    readonly message: string;
    /** When the Job controller said so. */
    readonly at: number;
  } | null;
}

/** A Job that scores what serves: of the Model, and of no run. */
export interface ScoreJobResource extends Cached {
  readonly model: string;
  readonly stage: typeof scoreName;
  /** uid of the Model that controls it. */
  readonly ownerUid: string;
  readonly finished: JobResource['finished'];
}

export interface ContainerEnd {
  readonly exitCode: number;
  /** Such as OOMKilled, Error, Completed. */
  readonly reason: string;
  /** The termination message: the stage's report, or the last lines of the log. */
  readonly message: string;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export interface PodResource extends Cached {
  readonly model: string;
  /** Of a stage's pod. */
  readonly run: string | null;
  /** What it works on; null for a server. */
  readonly stage: StageName | typeof scoreName | null;
  /** uid of the Job or ReplicaSet that controls it. */
  readonly ownerUid: string;
  /** Of a server's pod: the version it was made to serve. */
  readonly version: string | null;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** Set while the scheduler cannot place it. */
  readonly unschedulable: string | null;
  /** Drained, preempted or put off a node that needs the room: the cluster's doing, which counts as no attempt. */
  readonly disrupted: string | null;
  /**
   * Why the pod failed as a whole, where its container doesn't say: Evicted for the disk it used, refused by its
   * node.
   */
  readonly failure: { readonly reason: string; readonly message: string } | null;
  readonly ready: boolean;
  /** Why its container does not run yet, such as ImagePullBackOff. */
  readonly waiting: { readonly reason: string; readonly message: string } | null;
  readonly running: boolean;
  readonly terminated: ContainerEnd | null;
  /** The end before the present attempt, of a container that was restarted. */
  readonly lastTerminated: ContainerEnd | null;
  readonly restarts: number;
  /** When this process first saw the container's end; null while it runs. For metrics only. */
  readonly endSeenAt: number | null;
}

export interface ClaimResource extends Cached {
  readonly phase: string;
}

export interface DeploymentResource extends Cached {
  readonly generation: number;
  /** uid of the Model that controls it; null for somebody else's. */
  readonly ownerUid: string | null;
  readonly observedGeneration: number;
  /** The version in its pod template. */
  readonly version: string | null;
  /** Digest of the desired object that was last applied; see `render/applied.ts`. */
  readonly appliedDigest: string | null;
  readonly specReplicas: number;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly progressing: { readonly status: string; readonly reason: string; readonly message: string } | null;
}

/** Service, HorizontalPodAutoscaler, PodDisruptionBudget, NetworkPolicy, ServiceMonitor. */
export interface ChildResource extends Cached {
  readonly kind: string;
  readonly ownerUid: string | null;
  readonly appliedDigest: string | null;
}

/** The operator's settings that decisions depend on. */
export interface Settings {
  /** The image of stages and servers, unless a pod template says otherwise. */
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** Environment variables of containers that fetch bars. */
  readonly sourceEnvironment: Readonly<Record<string, string>>;
  /** Whether the cluster knows ServiceMonitors. */
  readonly serviceMonitors: boolean;
}

/**
 * What the API server would not do, and would not do the next time either. It is known only to the decision that
 * follows at once, which says so in a status.
 */
export interface Refusal {
  /** Of the object that was to be made or kept, such as Job. */
  readonly kind: string;
  readonly name: string;
  /** NameTaken, or the server's own, such as Invalid or Forbidden. */
  readonly reason: string;
  /** The server's own words. */
  readonly message: string;
}

/** One Model, existing or only named by runs, with everything that belongs to it. */
export interface Observation {
  readonly namespace: string;
  readonly name: string;
  readonly now: number;
  readonly settings: Settings;
  readonly model: ModelResource | null;
  /** Every run that competes for it, in no order. */
  readonly runs: readonly RunResource[];
  readonly jobs: readonly JobResource[];
  readonly scoreJobs: readonly ScoreJobResource[];
  readonly pods: readonly PodResource[];
  readonly claim: ClaimResource | null;
  readonly deployment: DeploymentResource | null;
  readonly children: readonly ChildResource[];
  readonly refusals: readonly Refusal[];
}
