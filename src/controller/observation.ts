/**
 * The state of one Model and of all objects that belong to it, as plain values from the caches. Decisions depend on
 * nothing else. Times are milliseconds since the epoch.
 */
import type { Allowed } from '../api/allowed.ts';
import type { StageName } from '../api/artifacts.ts';
import type { ModelSpec, ModelStatus } from '../api/model.ts';
import type { scoreName } from '../api/stage-report.ts';
import type { TrainingRunSpec, TrainingRunStatus } from '../api/training-run.ts';
import type { Raw, V1OwnerReference } from '../kubernetes/types.ts';

/** The fields of every cached object. */
export interface Cached {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly createdAt: number;
  /** Whether it has a deletionTimestamp. */
  readonly deleting: boolean;
}

export interface RunResource extends Cached {
  readonly generation: number;
  /** The Model that it competes for: `spec.model`, otherwise its own name. */
  readonly model: string;
  /** uid of the Model whose schedule created it. */
  readonly scheduledBy: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Whether it has the annotation by which version 0.1 approved runs. It approves nothing any more. */
  readonly hasApprovalAnnotation: boolean;
  /** Null if it does not match the schema; `problems` then has the reasons. */
  readonly spec: TrainingRunSpec | null;
  readonly problems: readonly string[];
  readonly status: TrainingRunStatus;
}

export interface ModelResource extends Cached {
  readonly generation: number;
  readonly spec: ModelSpec | null;
  readonly problems: readonly string[];
  /** In decisions: `spec` is null because `problems` are about fields that the operator's settings do not allow. */
  readonly notAllowed?: boolean;
  readonly status: ModelStatus;
}

export interface JobResource extends Cached {
  readonly model: string;
  readonly run: string;
  readonly stage: StageName;
  /** uid of the run that controls it. */
  readonly ownerUid: string;
  /** The annotation with the start of the run, ISO 8601. */
  readonly startedAt: string | null;
  /** The digest of the template that it was created from; null on the Job of an older operator. */
  readonly templateDigest: string | null;
  readonly suspended: boolean;
  readonly active: number;
  readonly failed: number;
  readonly succeeded: number;
  /** Set once the Job controller has marked it as finished. */
  readonly finished: {
    readonly type: 'Complete' | 'Failed';
    readonly reason: string;
    readonly message: string;
    /** When the Job controller marked it. */
    readonly at: number;
  } | null;
}

/** A Job that scores past forecasts. It belongs to the Model and to no run. */
export interface ScoreJobResource extends Cached {
  readonly model: string;
  readonly stage: typeof scoreName;
  /** uid of the Model that controls it. */
  readonly ownerUid: string;
  /** The number of pods that have failed. */
  readonly failed: number;
  readonly finished: JobResource['finished'];
}

export interface ContainerEnd {
  readonly exitCode: number;
  /** Such as OOMKilled, Error, Completed. */
  readonly reason: string;
  /** The termination message: the stage's report, otherwise the last lines of the log. */
  readonly message: string;
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
}

export interface PodResource extends Cached {
  readonly model: string;
  /** Null for a pod that runs no stage of a run. */
  readonly run: string | null;
  /** Null for a server. */
  readonly stage: StageName | typeof scoreName | null;
  /** uid of the Job or ReplicaSet that controls it. */
  readonly ownerUid: string;
  /** The version that a server serves; null for other pods. */
  readonly version: string | null;
  readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** The scheduler's message while it cannot place the pod. */
  readonly unschedulable: string | null;
  /** The cause if the cluster disrupted the pod, such as a drain or a preemption, which does not count as an attempt. */
  readonly disrupted: string | null;
  /** Why the pod as a whole failed, such as Evicted for its disk usage or rejected by its node. */
  readonly failure: { readonly reason: string; readonly message: string } | null;
  readonly ready: boolean;
  /** Why its container has not started, such as ImagePullBackOff. */
  readonly waiting: { readonly reason: string; readonly message: string } | null;
  readonly running: boolean;
  readonly terminated: ContainerEnd | null;
  /** The end of the previous attempt of a restarted container. */
  readonly lastTerminated: ContainerEnd | null;
  readonly restarts: number;
  /** When this process first saw that the container had ended; null while it runs. For metrics only. */
  readonly endSeenAt: number | null;
}

export interface ClaimResource extends Cached {
  readonly phase: string;
  readonly owners: readonly Raw<V1OwnerReference>[];
}

/** Which manager owns which field, in the format of `kubernetes/managed-fields.ts`. */
export interface FieldOwnership {
  /** The fields that the operator has applied, except owner references, as JSON; null if it has not applied the object. */
  readonly applied: string | null;
  /** The fields that others have set, as the JSON of a list of `{manager, fields}`. Fields of the status are left out. */
  readonly others: string;
  /** Whether an operator of version 0.1 created it by POST, and its fields are still to be handed over to apply. */
  readonly needsHandOver: boolean;
}

/** How a child of a Model was last applied; see `render/applied.ts`. */
export interface AppliedState {
  /** uid of the Model that controls it; null if no Model does. */
  readonly ownerUid: string | null;
  /** Digest of the desired object. */
  readonly appliedDigest: string | null;
  /** The operator that applied it. */
  readonly appliedBy: string | null;
  /** The annotation about contention. */
  readonly contention: string | null;
  readonly ownership: FieldOwnership;
}

export interface DeploymentResource extends Cached, AppliedState {
  readonly generation: number;
  readonly observedGeneration: number;
  /** The version in its pod template. */
  readonly version: string | null;
  readonly specReplicas: number;
  readonly replicas: number;
  readonly updatedReplicas: number;
  readonly readyReplicas: number;
  readonly availableReplicas: number;
  readonly progressing: { readonly status: string; readonly reason: string; readonly message: string } | null;
  /** The message of the condition ReplicaFailure while it is True: why a pod cannot be created. */
  readonly replicaFailure: string | null;
}

/** Service, HorizontalPodAutoscaler, PodDisruptionBudget, NetworkPolicy, ServiceMonitor. */
export interface ChildResource extends Cached, AppliedState {
  readonly kind: string;
}

/** The operator's settings that decisions depend on. */
export interface Settings {
  /** The operator among others in the cluster: the namespace and name of its Lease, such as `default/bellwether`. */
  readonly operator: string;
  /** The image of stages and servers, unless a pod template sets one. */
  readonly image: string;
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never';
  /** What TrainingRuns and Models may set. */
  readonly allowed: Allowed;
  /** Environment variables of containers that fetch bars. */
  readonly sourceEnvironment: Readonly<Record<string, string>>;
  /** NetworkPolicies of Models; null: none but those that a Model's spec has. */
  readonly networkPolicies: {
    /** Further egress rules of pods that fetch bars, as in a NetworkPolicy. */
    readonly egress: readonly object[];
  } | null;
  /** Whether the cluster serves ServiceMonitors. */
  readonly serviceMonitors: boolean;
}

/** A rejection of an object by the API server. Only the decision that follows at once has it, and reports it in a status. */
export interface Refusal {
  /** The kind of the action's object, such as Job. */
  readonly kind: string;
  readonly name: string;
  /** NameTaken, or the server's reason, such as Invalid or Forbidden. */
  readonly reason: string;
  /** The server's message. */
  readonly message: string;
  /** Why the same object may be accepted later; absent when the refusal is final. */
  readonly temporary?: 'QuotaExceeded' | 'AdmissionUnavailable';
}

/** One Model with everything that belongs to it. The Model itself may not exist yet. */
export interface Observation {
  readonly namespace: string;
  readonly name: string;
  readonly now: number;
  readonly settings: Settings;
  readonly model: ModelResource | null;
  /** Every run that competes for it, in no particular order. */
  readonly runs: readonly RunResource[];
  readonly jobs: readonly JobResource[];
  readonly scoreJobs: readonly ScoreJobResource[];
  readonly pods: readonly PodResource[];
  /**
   * By the uid of a stage's Job that has no pod: the message of the last Event about its pod. By the uid of a stage's pod that
   * does not start: that of the last Event about its volumes.
   */
  readonly podFailures: ReadonlyMap<string, string>;
  readonly claim: ClaimResource | null;
  readonly deployment: DeploymentResource | null;
  readonly children: readonly ChildResource[];
  readonly refusals: readonly Refusal[];
}
