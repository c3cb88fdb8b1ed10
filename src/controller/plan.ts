/** What a decision says is to be done: plain values, in the order in which they are carried out. */
import type { ModelStatus } from '../api/model.ts';
import type { TrainingRunStatus } from '../api/training-run.ts';
import type { KubernetesObject, ResourceType } from '../kubernetes/resource.ts';

export type Action =
  /**
   * POST. One that exists already is success when the same owner controls it, and otherwise a failure NameTaken.
   * `confirmOwner`: first asks the API server, not the cache, whether the owner is still there and of this
   * resourceVersion.
   */
  | {
      readonly kind: 'Create';
      readonly type: ResourceType;
      readonly object: KubernetesObject;
      readonly confirmOwner?: string;
      /** Milliseconds since the epoch: when the end of the stage before was first seen. For metrics. */
      readonly dueSince?: number;
    }
  /** Server-side apply; only of objects that are ours. */
  | { readonly kind: 'Apply'; readonly type: ResourceType; readonly object: KubernetesObject }
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

/** Of the object that it is about. */
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
  /** One CamelCase word. */
  readonly reason: string;
  /** At most 1,024 bytes are kept. */
  readonly message: string;
}

/** One decision, for the log, which tells Warnings at level warn: `reason` is a CamelCase word. */
export interface Note {
  readonly type: EventIntent['type'];
  readonly run?: string;
  readonly stage?: string;
  readonly reason: string;
  readonly message: string;
}

/** What is told of something, once it is so. */
export interface Announcements {
  readonly events: readonly EventIntent[];
  readonly notes: readonly Note[];
}

export interface Plan {
  readonly actions: readonly Action[];
  /** Statuses that differ from the observed ones, by the run's name. */
  readonly runStatuses: ReadonlyMap<string, TrainingRunStatus>;
  readonly modelStatus: ModelStatus | null;
  /** By the run's name: told as soon as its status is written, and at once where that stays as it is. */
  readonly runAnnouncements: ReadonlyMap<string, Announcements>;
  /** The same of the Model: also what became of its runs, which its history is the first to say. */
  readonly modelAnnouncements: Announcements;
  /** When to look again even if nothing happens; null: only then. */
  readonly requeueAt: number | null;
}
