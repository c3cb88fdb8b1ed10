/** A cache of one kind that follows the API server, whatever happens to connections. */

import type { KubernetesClient } from './client.ts';
import type { Clock } from './clock.ts';
import type { KubernetesObject, ResourceType } from './resource.ts';

/** What the cache needs to know of what it keeps. */
export interface Stored {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

export interface InformerOptions<T extends Stored> {
  readonly client: Pick<KubernetesClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** Undefined: all namespaces. */
  readonly namespaces?: readonly string[];
  readonly labelSelector?: string;
  /** Strips an object to what is kept; null: not ours. May throw: the object is then left out and reported. */
  readonly read: (raw: KubernetesObject, previous: T | null) => T | null;
  /** What `byKey` finds it by, and what `changed` is told. */
  readonly key: (value: T) => string;
  /** Told after every change: the key, and the old key too when it is another. Must not throw; what it throws is reported. */
  readonly changed: (key: string) => void;
  /** Told of errors that were survived: failed lists, broken watches, unreadable objects. */
  readonly report?: (problem: InformerProblem) => void;
  readonly timing?: Partial<InformerTiming>;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface InformerProblem {
  readonly type: ResourceType;
  readonly what: 'list' | 'watch' | 'read' | 'handler';
  readonly error: unknown;
}

/** Milliseconds. */
export interface InformerTiming {
  /** Between full lists, spread by a tenth. */
  readonly relist: number;
  /** A watch that says nothing, not even a bookmark, for longer than this is opened anew. */
  readonly silence: number;
  /** The server is asked to end a watch after this. */
  readonly watch: number;
  readonly backoffBase: number;
  readonly backoffCap: number;
}

export interface Informer<T extends Stored> {
  start(): void;
  /** Ends all requests; nothing is opened afterwards. */
  stop(): Promise<void>;
  /** Resolves when everything was listed once; never rejects. */
  readonly synced: Promise<void>;
  readonly hasSynced: boolean;
  get(namespace: string, name: string): T | null;
  byKey(key: string): readonly T[];
  values(): Iterable<T>;
  readonly size: number;
  /** Takes a write's answer into the cache, if it is newer than what is there. */
  upsert(raw: KubernetesObject): void;
  /** Monotonic milliseconds of the last word from the server, of the namespace that has been silent the longest. */
  readonly lastActivity: number;
  /** The server has been silent for so long that the watchdog must have failed too, or cannot be reached. */
  readonly stale: boolean;
}

export function createInformer<T extends Stored>(options: InformerOptions<T>): Informer<T> {
  throw new Error('to be written', { cause: options });
}
