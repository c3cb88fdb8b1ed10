/** The result of a decision, as plain values. Its actions are carried out in order. */
import type { ModelStatus } from '../api/model.ts';
import type { TrainingRunStatus } from '../api/training-run.ts';
import type { KubernetesObject, ResourceType } from '../kubernetes/resource.ts';

export type Action =
  /**
   * Creates the object. If it exists, this succeeds if it has the same owner, and is refused as NameTaken otherwise.
   */
  | {
      readonly kind: 'Create';
      readonly type: ResourceType;
      readonly object: KubernetesObject;
      /** Apply for objects that later actions apply, so that one manager owns their fields from the start. */
      readonly by?: 'POST' | 'Apply';
      /** First checks with the API server that the owner exists and has this resourceVersion. */
      readonly confirmOwner?: string;
      /** When the end of the previous stage was first seen, in milliseconds since the epoch. For metrics. */
      readonly dueSince?: number;
      readonly announcements?: Announcements;
    }
  /** Server-side apply, with force, of an object that the Model controls. */
  | {
      readonly kind: 'Apply';
      readonly type: ResourceType;
      readonly object: KubernetesObject;
      /** The uid of the object that was observed. */
      readonly uid: string;
      /** First moves the fields that an earlier operator has set by POST to those that it has applied. */
      readonly handOver: boolean;
      /** Announced when the object has been applied. */
      readonly announcements?: Announcements;
    }
  | {
      readonly kind: 'Merge';
      readonly type: ResourceType;
      readonly namespace: string;
      readonly name: string;
      readonly patch: unknown;
    }
  | {
      readonly kind: 'Delete';
      readonly type: ResourceType;
      readonly namespace: string;
      readonly name: string;
      readonly uid: string;
      readonly propagation: 'Background' | 'Foreground';
    };

/** The name of the action's object. */
export function objectName(action: Action): string {
  return 'object' in action ? action.object.metadata.name : action.name;
}

export interface EventIntent {
  readonly regarding: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly namespace: string;
    readonly name: string;
    readonly uid: string;
  };
  readonly type: 'Normal' | 'Warning';
  /** CamelCase. */
  readonly reason: string;
  /** Truncated to 1,024 bytes. */
  readonly message: string;
}

/** A log line about a decision. Warnings are logged at level warn, others at level info. `reason` is CamelCase. */
export interface Note {
  readonly type: EventIntent['type'];
  readonly run?: string;
  readonly stage?: string;
  readonly reason: string;
  readonly message: string;
}

/** The Events and log lines about a run or a Model. */
export interface Announcements {
  readonly events: readonly EventIntent[];
  readonly notes: readonly Note[];
}

export interface Plan {
  readonly actions: readonly Action[];
  /** The statuses that differ from the observed ones, by the name of the run. */
  readonly runStatuses: ReadonlyMap<string, TrainingRunStatus>;
  readonly modelStatus: ModelStatus | null;
  /** By the name of the run. They follow the write of its status, or the actions if the status stays the same. */
  readonly runAnnouncements: ReadonlyMap<string, Announcements>;
  /** The Model's, which include the outcomes of runs, since its history records them first. */
  readonly modelAnnouncements: Announcements;
  /** When to reconcile again although nothing has changed, in milliseconds since the epoch; null: not needed. */
  readonly requeueAt: number | null;
}
