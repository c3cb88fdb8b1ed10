/** Keeps a store in sync with one kind: lists, watches, and starts over after any failure. */
import { backoffDelay } from '../../backoff.ts';
import { ApiError, type KubernetesClient, type ListOptions, type WatchEvent } from '../client.ts';
import { type Clock, pause } from '../clock.ts';
import { type Status, statusError } from '../http/errors.ts';
import type { ResourceType } from '../resource.ts';
import { isNewer, listedId, type Store, type Stored } from './store.ts';
import { Watchdog } from './watchdog.ts';

/** Milliseconds. */
export interface InformerTiming {
  /** Between full lists, randomised by ±10 %. */
  readonly relist: number;
  /**
   * A watch that delivers nothing for longer than this, not even a bookmark, is reopened. The server sends a bookmark
   * every minute.
   */
  readonly silence: number;
  /** The server is asked to end a watch after this time, up to twice as long at random. */
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
  /** Called before every request. */
  readonly begins: (what: 'list' | 'watch') => void;
  readonly report: (what: 'list' | 'watch', error: unknown) => void;
  /** Called after the first full list, and when the namespace was lost or is back. */
  readonly availabilityChanged: () => void;
  readonly timing: InformerTiming;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Objects in a page of a list. Memory that parsing a page takes is not returned to the system, so pages are small. */
const PAGE = 100;

/** Keeps a store in sync with one kind in one namespace, or in all namespaces. */
export class Reflector<T extends Stored> {
  readonly #options: ReflectorOptions<T>;
  readonly #scope: Pick<ListOptions, 'namespace' | 'labelSelector'>;
  readonly #stopped = new AbortController();
  #lastActivity: number;
  #hasSynced = false;
  #lost = false;
  /** The version to watch from; null: a list is needed first. */
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

  /** Whether there was a full list. */
  get hasSynced(): boolean {
    return this.#hasSynced;
  }

  /** Undefined: all namespaces. */
  get namespace(): string | undefined {
    return this.#options.namespace;
  }

  /** The API server refuses to list the namespace: it was deleted with the roles in it, or the roles were. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Monotonic milliseconds of the last response or event. */
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
      const failed = await this.#listOrWatch();
      if (!failed) continue;
      this.#failures++;
      const backoff = { base: timing.backoffBase, cap: timing.backoffCap, jitter: 0.5 };
      await pause(clock, backoffDelay(backoff, this.#failures, random), signal);
    }
  }

  /** One list or one watch, whichever is due; true if the next one has to wait for the backoff. */
  async #listOrWatch(): Promise<boolean> {
    const due = this.#options.clock.monotonic() >= this.#relistAt;
    const what = this.#version === null || due ? 'list' : 'watch';
    this.#options.begins(what);
    try {
      if (this.#version === null || due) await this.#list();
      else await this.#watch(this.#version);
      return false;
    } catch (error) {
      if (this.#stopped.signal.aborted) return true;
      this.#handle(what, error);
      // A silent watch has already taken long enough.
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
      this.#markActivity();
      // Every page has the version of the first one.
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
    this.#setAvailability({ lost: false });
  }

  #handle(what: 'list' | 'watch', error: unknown): void {
    const refused = this.namespace !== undefined && error instanceof ApiError && error.code === 403;
    if (isExpired(error) || refused) this.#version = null;
    // A lost namespace is reported once.
    if (!(refused && this.#lost)) this.#options.report(what, error);
    if (refused) this.#setAvailability({ lost: true });
  }

  #setAvailability({ lost }: { readonly lost: boolean }): void {
    const changed = lost !== this.#lost || (!lost && !this.#hasSynced);
    this.#lost = lost;
    if (!lost) this.#hasSynced = true;
    if (changed) this.#options.availabilityChanged();
  }

  /** Watches until the server ends the watch, it is silent for too long or the next list is due. */
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
        opened: () => this.#markActivity(),
      });
      for await (const event of stream) {
        if (watchdog.signal.aborted) break;
        watchdog.reset();
        events++;
        this.#apply(event);
      }
    } catch (error) {
      if (!watchdog.intended) throw watchdog.silent ? silenceError(timing.silence) : error;
    } finally {
      watchdog.end();
    }
    if (watchdog.silent) throw silenceError(timing.silence);
    // Without a pause, a server that ends every watch at once would be flooded with requests.
    const endedAtOnce = events === 0 && clock.monotonic() - begin < timing.backoffBase;
    if (endedAtOnce && !watchdog.intended) throw new ApiError(0, 'Ended', 'the watch ended at once');
  }

  #apply({ type, object }: WatchEvent): void {
    if (type === 'ERROR') throw statusError(object as Status);
    this.#markActivity();
    this.#failures = 0;
    if (type === 'DELETED') this.#options.store.delete(object);
    else if (type !== 'BOOKMARK') this.#options.store.upsert(object);
    const { resourceVersion } = object.metadata;
    if (resourceVersion !== undefined && isNewer(resourceVersion, this.#version ?? '')) {
      this.#version = resourceVersion;
    }
  }

  #markActivity(): void {
    this.#lastActivity = this.#options.clock.monotonic();
  }
}

function silenceError(milliseconds: number): ApiError {
  return new ApiError(0, 'Silent', `no event or bookmark for ${milliseconds / 1000} s`);
}

function isExpired(error: unknown): boolean {
  return (
    error instanceof ApiError && (error.code === 410 || error.reason === 'Expired' || error.reason === 'Gone')
  );
}
