/** Keys to work on: each at most once in the queue, and never twice at the same time. */
import type { Backoff } from './backoff.ts';
import type { Clock } from './clock.ts';

/** Durations are seconds. */
export interface QueueObserver {
  added?(): void;
  depth?(waiting: number): void;
  active?(workers: number): void;
  /** From when it could have started to when it did. */
  started?(waitedSeconds: number): void;
  finished?(workedSeconds: number): void;
  retried?(): void;
}

export interface WorkQueueOptions {
  /** A rejection is reported and retried with backoff; success forgets earlier failures. */
  readonly work: (key: string) => Promise<void>;
  readonly failed: (key: string, error: unknown) => void;
  readonly concurrency: number;
  readonly backoff?: Backoff;
  readonly observer?: QueueObserver;
  readonly clock?: Clock;
  readonly random?: () => number;
}

export interface WorkQueue {
  /** Work begins; keys added before wait for this. */
  start(): void;
  /** As soon as possible; when it is being worked on, once more afterwards. */
  add(key: string): void;
  /** At a time in milliseconds since the epoch; of several, the earliest counts. */
  addAt(key: string, time: number): void;
  /** Later, by the key's own backoff. */
  retry(key: string): void;
  /** Its next failure counts as the first. */
  forget(key: string): void;
  /** Takes nothing new; resolves when what is under way has ended. */
  stop(): Promise<void>;
  /** Keys that could be worked on now. */
  readonly depth: number;
}

export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  throw new Error('to be written', { cause: options });
}
