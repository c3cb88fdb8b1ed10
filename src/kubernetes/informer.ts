/** A cache of one kind that follows the API server, whatever happens to connections. */

import type { KubernetesClient } from './client.ts';
import { type Clock, systemClock } from './clock.ts';
import { type InformerTiming, Reflector } from './informer/reflector.ts';
import { Store, type Stored } from './informer/store.ts';
import type { KubernetesObject, ResourceType } from './resource.ts';

export type { InformerTiming, Stored };

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
  /**
   * Announcements after every change: the key, and the old key too when it is another. Must not throw; what it throws is
   * reported.
   */
  readonly changed: (key: string) => void;
  /** Announcements of every list and every watch as it begins, the first and each later one. Must not throw. */
  readonly begins?: (type: ResourceType, what: 'list' | 'watch') => void;
  /** Announcements of errors that were survived: failed lists, broken watches, unreadable objects. */
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

const TIMING: InformerTiming = {
  relist: 600_000,
  silence: 150_000,
  watch: 300_000,
  backoffBase: 500,
  backoffCap: 30_000,
};

/** A cache that is empty, and asks nobody, until it is started. */
export function createInformer<T extends Stored>(options: InformerOptions<T>): Informer<T> {
  return new NamespacesInformer(options);
}

/** A reflector for each namespace, or one for all, behind one store. */
class NamespacesInformer<T extends Stored> implements Informer<T> {
  readonly #store: Store<T>;
  readonly #reflectors: readonly Reflector<T>[];
  readonly #clock: Clock;
  readonly #timing: InformerTiming;
  readonly synced: Promise<void>;
  #running: Promise<unknown> | null = null;

  constructor(options: InformerOptions<T>) {
    const { client, type, labelSelector, read, key, changed, random = Math.random } = options;
    const report = (what: InformerProblem['what'], error: unknown) => options.report?.({ type, what, error });
    const begins = (what: 'list' | 'watch') => options.begins?.(type, what);
    this.#clock = options.clock ?? systemClock;
    this.#timing = { ...TIMING, ...options.timing };
    const shared = { clock: this.#clock, timing: this.#timing, report };
    this.#store = new Store({ read, key, changed, ...shared });
    this.#reflectors = [...new Set(options.namespaces ?? [undefined])].map(
      namespace =>
        new Reflector({
          client,
          type,
          namespace,
          labelSelector,
          random,
          store: this.#store,
          begins,
          ...shared,
        }),
    );
    this.synced = Promise.all(this.#reflectors.map(({ synced }) => synced)).then(() => undefined);
  }

  start(): void {
    this.#running ??= Promise.all(this.#reflectors.map(reflector => reflector.run()));
  }

  async stop(): Promise<void> {
    for (const reflector of this.#reflectors) reflector.stop();
    await this.#running;
  }

  get hasSynced(): boolean {
    return this.#reflectors.every(({ hasSynced }) => hasSynced);
  }

  get(namespace: string, name: string): T | null {
    return this.#store.get(namespace, name);
  }

  byKey(key: string): readonly T[] {
    return this.#store.byKey(key);
  }

  values(): Iterable<T> {
    return this.#store.values();
  }

  get size(): number {
    return this.#store.size;
  }

  upsert(raw: KubernetesObject): void {
    this.#store.upsert(raw);
  }

  get lastActivity(): number {
    return Math.min(...this.#reflectors.map(({ lastActivity }) => lastActivity));
  }

  get stale(): boolean {
    return this.#clock.monotonic() - this.lastActivity > this.#timing.silence * 2;
  }
}
