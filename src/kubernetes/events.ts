/** Records Events in the background, best effort: a failure to write one is reported and never thrown. */
import type { KubernetesClient } from './client.ts';
import { type Clock, pause, systemClock } from './clock.ts';
import { type EventRecord, eventName } from './events/event.ts';
import { EventSeries } from './events/series.ts';

export type { EventRecord, ObjectReference } from './events/event.ts';

export interface EventRecorderOptions {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'merge'>;
  /** `reportingComponent`, such as bellwether.dev/operator. */
  readonly controller: string;
  /** `reportingInstance`, such as the pod's name. */
  readonly instance: string;
  /** Called with every Event that could not be written. */
  readonly report?: (event: EventRecord, error: unknown) => void;
  /** The most Events waiting to be written; more are dropped and reported. Default 1,000. */
  readonly capacity?: number;
  readonly clock?: Clock;
}

export interface EventRecorder {
  /** Returns at once and never throws. */
  record(event: EventRecord): void;
  /** Writes the waiting Events for at most this many milliseconds and accepts no more. */
  stop(milliseconds: number): Promise<void>;
}

/** A recorder that writes one Event at a time. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new QueueingRecorder(options);
}

interface Waiting {
  readonly event: EventRecord;
  readonly time: number;
  /** How often it was recorded while it waited. */
  readonly count: number;
}

/** Writes one Event at a time. An Event that is recorded again while it waits is counted. */
class QueueingRecorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #waiting = new Map<string, Waiting>();
  readonly #series: EventSeries;
  #writing: Promise<void> | null = null;
  #stopped = false;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#capacity = options.capacity ?? 1000;
    this.#series = new EventSeries(options, this.#clock);
  }

  record(event: EventRecord): void {
    const name = eventName(event);
    const known = this.#waiting.get(name);
    const refusal = this.#refusal(known !== undefined);
    if (refusal !== null) {
      this.#report(event, new Error(refusal));
      return;
    }
    this.#waiting.set(name, { event, time: this.#clock.now(), count: (known?.count ?? 0) + 1 });
    this.#writing ??= this.#write();
  }

  async stop(milliseconds: number): Promise<void> {
    this.#stopped = true;
    const limit = new AbortController();
    const done = this.#writing?.then(() => limit.abort());
    if (done !== undefined) await pause(this.#clock, milliseconds, limit.signal);
    for (const { event } of this.#waiting.values())
      this.#report(event, new Error('the recorder stopped before it was written'));
    this.#waiting.clear();
  }

  #refusal(isWaiting: boolean): string | null {
    if (this.#stopped) return 'the recorder has stopped';
    return !isWaiting && this.#waiting.size >= this.#capacity
      ? `${this.#capacity} events are already waiting`
      : null;
  }

  async #write(): Promise<void> {
    // Lets repeats recorded in the same tick be counted before the write.
    await Promise.resolve();
    for (let next = this.#take(); next !== null; next = this.#take()) {
      const [name, { event, time, count }] = next;
      try {
        await this.#series.write(name, event, time, count);
      } catch (error) {
        this.#report(event, error);
      }
    }
    this.#writing = null;
  }

  #take(): [string, Waiting] | null {
    const next = this.#waiting.entries().next();
    if (next.done) return null;
    this.#waiting.delete(next.value[0]);
    return next.value;
  }

  #report(event: EventRecord, error: unknown): void {
    try {
      this.#options.report?.(event, error);
    } catch {
      // The reporter must not disturb the caller.
    }
  }
}
