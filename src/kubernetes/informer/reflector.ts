/** Follows one kind: lists it, watches it, and begins again whatever happens. */
import { backoffDelay } from '../../backoff.ts';
import { ApiError, type KubernetesClient, type ListOptions, type WatchEvent } from '../client.ts';
import { type Clock, pause } from '../clock.ts';
import { type Status, statusError } from '../http/failures.ts';
import type { ResourceType } from '../resource.ts';
import { listedId, type Store, type Stored } from './store.ts';
import { isNewer } from './versions.ts';
import { Watchdog } from './watchdog.ts';

/** Milliseconds. */
export interface InformerTiming {
  /** Between full lists, spread by a tenth. */
  readonly relist: number;
  /**
   * A watch that says nothing, not even a bookmark, for longer than this is opened anew; the server sends a bookmark
   * a minute.
   */
  readonly silence: number;
  /** The server is asked to end a watch after this. */
  readonly watch: number;
  readonly backoffBase: number;
  readonly backoffCap: number;
}

export interface ReflectorOptions<T extends Stored> {
  readonly client: Pick<KubernetesClient, 'list' | 'watch'>;
  readonly type: ResourceType;
  /** Undefined: all namespaces. */
  readonly namespace: string | undefined;
  readonly labelSelector: string | undefined;
  readonly store: Store<T>;
  /** Announcements before every request. */
  readonly begins: (what: 'list' | 'watch') => void;
  readonly report: (what: 'list' | 'watch', error: unknown) => void;
  readonly timing: InformerTiming;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Objects a list brings at once. What a page takes while it is read is never given back: small ones keep memory
 * small.
 */
const PAGE = 100;

/**
 * Keeps a store the same as one kind in one namespace, or in all: lists, then watches, and begins again whatever
 * happens.
 */
export class Reflector<T extends Stored> {
  readonly #options: ReflectorOptions<T>;
  readonly #scope: Pick<ListOptions, 'namespace' | 'labelSelector'>;
  readonly #stopped = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #lastActivity: number;
  #hasSynced = false;
  /** Null: what is known is too old to be watched from. */
  #version: string | null = null;
  #relistAt = 0;
  #failures = 0;

  constructor(options: ReflectorOptions<T>) {
    const { namespace, labelSelector } = options;
    this.#options = options;
    this.#scope = {
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
    };
    this.#lastActivity = options.clock.monotonic();
  }

  /** Resolves after the first full list. */
  get synced(): Promise<void> {
    return this.#synced.promise;
  }

  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Monotonic milliseconds of the last word from the server. */
  get lastActivity(): number {
    return this.#lastActivity;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves after `stop`; never rejects. */
  async run(): Promise<void> {
    const { clock, timing, random } = this.#options;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const failed = await this.#turn();
      if (!failed) continue;
      this.#failures++;
      const backoff = { base: timing.backoffBase, cap: timing.backoffCap, jitter: 0.5 };
      await pause(clock, backoffDelay(backoff, this.#failures, random), signal);
    }
  }

  /** One list or one watch, whichever is due; true when it failed at once, so that the next is to wait a little. */
  async #turn(): Promise<boolean> {
    const due = this.#options.clock.monotonic() >= this.#relistAt;
    const what = this.#version === null || due ? 'list' : 'watch';
    this.#options.begins(what);
    try {
      if (this.#version === null || due) await this.#list();
      else await this.#watch(this.#version);
      return false;
    } catch (error) {
      if (this.#stopped.signal.aborted) return true;
      if (isExpired(error)) this.#version = null;
      this.#options.report(what, error);
      // Silence has been waited out already.
      return !(error instanceof ApiError && error.reason === 'Silent');
    }
  }

  async #list(): Promise<void> {
    const { client, type, namespace, store, timing, clock, random } = this.#options;
    const listed = new Set<string>();
    let token: string | undefined;
    let version: string | undefined;
    do {
      const page = await client.list(type, {
        ...this.#scope,
        limit: PAGE,
        signal: this.#stopped.signal,
        ...(token === undefined ? {} : { continue: token }),
      });
      if (this.#stopped.signal.aborted) return;
      this.#heard();
      // Every page is of the first one's version.
      version ??= page.resourceVersion;
      for (const item of page.items) {
        listed.add(listedId(item));
        store.upsert(item);
      }
      token = page.continue;
    } while (token !== undefined);
    store.retain(namespace, listed, version);
    this.#version = version;
    this.#relistAt = clock.monotonic() + timing.relist * (0.9 + random() / 5);
    this.#failures = 0;
    this.#hasSynced = true;
    this.#synced.resolve();
  }

  /** Until the server ends it, it is silent for too long or the next list is due. */
  async #watch(version: string): Promise<void> {
    const { client, type, timing, clock } = this.#options;
    const watchdog = new Watchdog(clock, timing.silence, this.#relistAt, this.#stopped.signal);
    const begin = clock.monotonic();
    let events = 0;
    try {
      const stream = client.watch(type, {
        ...this.#scope,
        resourceVersion: version,
        timeoutSeconds: Math.ceil((timing.watch * (1 + this.#options.random())) / 1000),
        signal: watchdog.signal,
        opened: () => this.#heard(),
      });
      for await (const event of stream) {
        if (watchdog.signal.aborted) break;
        watchdog.heard();
        events++;
        this.#take(event);
      }
    } catch (error) {
      if (!watchdog.intended) throw watchdog.silent ? silence(timing.silence) : error;
    } finally {
      watchdog.end();
    }
    if (watchdog.silent) throw silence(timing.silence);
    // A server that ends watches at once is not to be asked without a pause.
    const hasty = events === 0 && clock.monotonic() - begin < timing.backoffBase;
    if (hasty && !watchdog.intended) throw new ApiError(0, 'Ended', 'the watch ended at once');
  }

  #take({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw statusError(object as Status);
    this.#heard();
    this.#failures = 0;
    if (type === 'DELETED') this.#options.store.delete(object);
    else if (type !== 'BOOKMARK') this.#options.store.upsert(object);
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined && isNewer(resourceVersion, this.#version ?? '')) {
      this.#version = resourceVersion;
    }
  }

  #heard(): void {
    this.#lastActivity = this.#options.clock.monotonic();
  }
}

function silence(milliseconds: number): ApiError {
  return new ApiError(0, 'Silent', `the watch said nothing for ${milliseconds / 1000} s`);
}

function isExpired(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone')
  );
}
