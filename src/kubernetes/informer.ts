/** A cache of one kind that stays in sync with the API server across broken connections. */
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
  /**
   * Reduces an object to what is cached; null: not cached. If it throws, the object is skipped and the error reported.
   */
  readonly read: (raw: KubernetesObject, previous: T | null) => T | null;
  /** The key for `byKey` and `changed`. */
  readonly key: (value: T) => string;
  /** Called after every change with the key, and with the old key too if it differs. What it throws is reported. */
  readonly changed: (key: string) => void;
  /** Called before every list and every watch. Must not throw. */
  readonly begins?: (type: ResourceType, what: 'list' | 'watch') => void;
  /** Called with every error that the informer recovers from: failed lists, broken watches, unreadable objects. */
  readonly report?: (problem: InformerProblem) => void;
  /** Called after a change of `follows` or `lostNamespaces`, with the configured namespace. Must not throw. */
  readonly availabilityChanged?: (namespace: string) => void;
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
  /** Aborts all requests; no new ones are sent afterwards. */
  stop(): Promise<void>;
  /** Resolves after the first full list of every namespace that is not lost, if there is one; never rejects. */
  readonly synced: Promise<void>;
  readonly hasSynced: boolean;
  get(namespace: string, name: string): T | null;
  byKey(key: string): readonly T[];
  values(): Iterable<T>;
  readonly size: number;
  /** Applies the response to a write, if it is newer than the cached state. */
  upsert(raw: KubernetesObject): void;
  /** Monotonic milliseconds of the last response or event, in the namespace that has been silent the longest. */
  readonly lastActivity: number;
  /** Whether the cache has the objects of the namespace: it was listed, and is not lost. */
  follows(namespace: string): boolean;
  /** Configured namespaces that the API server refuses to list. They do not count in `synced`, `lastActivity` and `stale`. */
  readonly lostNamespaces: readonly string[];
  /** No response for twice the allowed silence: the API server cannot be reached, or the watchdog has failed. */
  readonly stale: boolean;
}

const TIMING: InformerTiming = {
  relist: 600_000,
  silence: 150_000,
  watch: 300_000,
  backoffBase: 500,
  backoffCap: 30_000,
};

/** An empty cache that sends no requests until it is started. */
export function createInformer<T extends Stored>(options: InformerOptions<T>): Informer<T> {
  return new NamespacesInformer(options);
}

/** One store filled by a reflector for each namespace, or by one for all namespaces. */
class NamespacesInformer<T extends Stored> implements Informer<T> {
  readonly #store: Store<T>;
  readonly #reflectors: readonly Reflector<T>[];
  readonly #clock: Clock;
  readonly #timing: InformerTiming;
  readonly #synced = Promise.withResolvers<void>();
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
          availabilityChanged: () => {
            if (this.hasSynced) this.#synced.resolve();
            if (namespace !== undefined) options.availabilityChanged?.(namespace);
          },
          ...shared,
        }),
    );
  }

  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  start(): void {
    this.#running ??= Promise.all(this.#reflectors.map(reflector => reflector.run()));
  }

  async stop(): Promise<void> {
    for (const reflector of this.#reflectors) reflector.stop();
    await this.#running;
  }

  get hasSynced(): boolean {
    const isSettled = this.#reflectors.every(({ hasSynced, lost }) => hasSynced || lost);
    return isSettled && this.#reflectors.some(({ hasSynced }) => hasSynced);
  }

  follows(namespace: string): boolean {
    return this.#reflectors.some(
      reflector =>
        reflector.hasSynced && !reflector.lost && [namespace, undefined].includes(reflector.namespace),
    );
  }

  get lostNamespaces(): readonly string[] {
    return this.#reflectors.flatMap(({ lost, namespace }) =>
      lost && namespace !== undefined ? [namespace] : [],
    );
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
    const followed = this.#reflectors.filter(({ lost }) => !lost);
    const counted = followed.length > 0 ? followed : this.#reflectors;
    return Math.min(...counted.map(({ lastActivity }) => lastActivity));
  }

  get stale(): boolean {
    return this.#clock.monotonic() - this.lastActivity > this.#timing.silence * 2;
  }
}
