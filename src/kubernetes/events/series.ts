/** Writes Events, and counts those that come up again. */
import { ApiError, type KubernetesClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import { EVENTS } from '../resource.ts';
import { type EventRecord, eventObject, type Reporter, repeated } from './event.ts';

interface Entry {
  readonly count: number;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** The server keeps an event for an hour after its last change, unless told otherwise; milliseconds. */
const TTL = 3_600_000;
const ENTRIES = 4096;

export interface SeriesOptions extends Reporter {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'merge'>;
}

/** Writes events, a repeated one as a count on the first. */
export class EventSeries {
  readonly #options: SeriesOptions;
  readonly #clock: Clock;
  /** What was written lately, the longest ago first. */
  readonly #written = new Map<string, Entry>();

  constructor(options: SeriesOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * @param time when it happened last, in milliseconds since the epoch
   * @param times how often it happened since the last write
   * @throws ApiError when it cannot be written
   */
  async write(name: string, event: EventRecord, time: number, times: number): Promise<void> {
    const known = this.#written.get(name)?.count ?? 0;
    const count = known > 0 ? await this.#repeat(name, event, time, known + times) : null;
    this.#remember(name, count ?? (await this.#create(name, event, time, times)));
  }

  /** Null when the server has forgotten it. */
  async #repeat(
    name: string,
    { regarding }: EventRecord,
    time: number,
    count: number,
  ): Promise<number | null> {
    try {
      await this.#options.client.merge(EVENTS, regarding.namespace, name, repeated(time, count));
      return count;
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return null;
      throw error;
    }
  }

  async #create(name: string, event: EventRecord, time: number, times: number): Promise<number> {
    const { client } = this.#options;
    try {
      await client.create(EVENTS, eventObject(name, event, this.#options, time, times));
      return times;
    } catch (error) {
      if (!(error instanceof ApiError && error.reason === 'AlreadyExists')) throw error;
    }
    // Written by an earlier process, or by a create whose answer was lost.
    const existing = await client.get(EVENTS, event.regarding.namespace, name);
    const { count = 1 } = (existing ?? {}) as { count?: number };
    return (await this.#repeat(name, event, time, count + times)) ?? 0;
  }

  #remember(name: string, count: number): void {
    const now = this.#clock.monotonic();
    this.#written.delete(name);
    this.#written.set(name, { count, since: now });
    for (const [old, { since }] of this.#written) {
      if (now - since < TTL && this.#written.size <= ENTRIES) break;
      this.#written.delete(old);
    }
  }
}
