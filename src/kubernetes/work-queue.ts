/** A queue of keys: each is in it at most once and is never processed concurrently with itself. */
import { type Backoff, backoffDelay } from '../backoff.ts';
import { type Clock, systemClock } from './clock.ts';

/** Durations are seconds. */
export interface QueueObserver {
  added?(): void;
  depth?(waiting: number): void;
  active?(workers: number): void;
  /** With the time from when the key was ready until its work started. */
  started?(waitedSeconds: number): void;
  finished?(workedSeconds: number): void;
  retried?(): void;
}

export interface WorkQueueOptions {
  /** A rejection is reported and retried with backoff; success resets the backoff. */
  readonly work: (key: string) => Promise<void>;
  /** Must not throw. */
  readonly failed: (key: string, error: unknown) => void;
  readonly concurrency: number;
  readonly backoff?: Backoff;
  readonly observer?: QueueObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface WorkQueue {
  /** Starts to process keys, including those added before. */
  start(): void;
  /** Processes the key as soon as possible; if it is being processed, once more afterwards. */
  add(key: string): void;
  /** Adds the key at a time, in milliseconds since the epoch; of several times the earliest applies. */
  addAt(key: string, time: number): void;
  /** Adds the key after its backoff. */
  retry(key: string): void;
  /** Accepts no more keys; resolves when the work in progress has ended. */
  stop(): Promise<void>;
  /** Keys that are ready and waiting. */
  readonly depth: number;
  /** For how long each key in progress has been processed, in seconds. */
  readonly underWay: readonly number[];
}

/** An empty queue. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new KeyedQueue(options);
}

/** Milliseconds. */
const BACKOFF: Backoff = { base: 500, cap: 300_000, jitter: 0.5 };

interface Timer {
  readonly time: number;
  readonly cancel: () => void;
}

class KeyedQueue implements WorkQueue {
  readonly #options: WorkQueueOptions;
  readonly #observer: QueueObserver;
  readonly #clock: Clock;
  /** Keys that are ready, oldest first, with the monotonic time since when. */
  readonly #ready = new Map<string, number>();
  /** Keys in progress, with the monotonic time since when. */
  readonly #working = new Map<string, number>();
  /** Keys in progress that were added again, with the monotonic time since when. */
  readonly #again = new Map<string, number>();
  readonly #timers = new Map<string, Timer>();
  readonly #failures = new Map<string, number>();
  readonly #idle = Promise.withResolvers<void>();
  #state: 'new' | 'started' | 'stopped' = 'new';

  constructor(options: WorkQueueOptions) {
    this.#options = options;
    this.#observer = options.observer ?? {};
    this.#clock = options.clock ?? systemClock;
  }

  get depth(): number {
    return this.#ready.size;
  }

  get underWay(): readonly number[] {
    const now = this.#clock.monotonic();
    return [...this.#working.values()].map(since => (now - since) / 1000);
  }

  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'started';
    this.#dispatch();
  }

  add(key: string): void {
    const known = this.#working.has(key) ? this.#again : this.#ready;
    if (this.#state === 'stopped' || known.has(key)) return;
    known.set(key, this.#clock.monotonic());
    this.#observer.added?.();
    this.#dispatch();
  }

  addAt(key: string, time: number): void {
    if (this.#state === 'stopped') return;
    const timer = this.#timers.get(key);
    if (timer !== undefined && timer.time <= time) return;
    timer?.cancel();
    const cancel = this.#clock.after(Math.max(0, time - this.#clock.now()), () => this.#due(key, time));
    this.#timers.set(key, { time, cancel });
  }

  retry(key: string): void {
    const failures = (this.#failures.get(key) ?? 0) + 1;
    this.#failures.set(key, failures);
    this.#observer.retried?.();
    const delay = backoffDelay(
      this.#options.backoff ?? BACKOFF,
      failures,
      this.#options.random ?? Math.random,
    );
    this.addAt(key, this.#clock.now() + delay);
  }

  stop(): Promise<void> {
    this.#state = 'stopped';
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#ready.clear();
    this.#again.clear();
    this.#observer.depth?.(0);
    if (this.#working.size === 0) this.#idle.resolve();
    return this.#idle.promise;
  }

  /** A timer may fire early: delays are limited, and the wall clock may have been set back. */
  #due(key: string, time: number): void {
    this.#timers.delete(key);
    if (this.#clock.now() < time) this.addAt(key, time);
    else this.add(key);
  }

  #dispatch(): void {
    while (this.#state === 'started' && this.#working.size < this.#options.concurrency) {
      const next = this.#ready.entries().next();
      if (next.done) break;
      const [key, since] = next.value;
      this.#ready.delete(key);
      void this.#work(key, since);
    }
    this.#observer.depth?.(this.#ready.size);
  }

  async #work(key: string, since: number): Promise<void> {
    const begin = this.#clock.monotonic();
    this.#working.set(key, begin);
    this.#observer.active?.(this.#working.size);
    this.#observer.started?.((begin - since) / 1000);
    const failures = this.#failures.get(key);
    try {
      await this.#options.work(key);
      // Unless the work itself called `retry`.
      if (this.#failures.get(key) === failures) this.#failures.delete(key);
    } catch (error) {
      this.#options.failed(key, error);
      this.retry(key);
    }
    this.#observer.finished?.((this.#clock.monotonic() - begin) / 1000);
    this.#finished(key);
  }

  #finished(key: string): void {
    this.#working.delete(key);
    this.#observer.active?.(this.#working.size);
    const since = this.#again.get(key);
    this.#again.delete(key);
    if (since !== undefined) this.#ready.set(key, since);
    this.#dispatch();
    if (this.#state === 'stopped' && this.#working.size === 0) this.#idle.resolve();
  }
}
