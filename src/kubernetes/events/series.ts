/** Writes Events; a repeated Event increases the count of the existing one. */
import { ApiError, type KubernetesClient } from '../client.ts';
import type { Clock } from '../clock.ts';
import { EVENTS } from '../resource.ts';
import { type EventRecord, eventObject, type Reporter, repeated } from './event.ts';

interface Entry {
  readonly count: number;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** By default the API server deletes an Event an hour after its last change; milliseconds. */
const TTL = 3_600_000;
const MAX_ENTRIES = 4096;

export interface SeriesOptions extends Reporter {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'merge'>;
}

/** Remembers which Events exist, to decide between create and update. */
export class EventSeries {
  readonly #options: SeriesOptions;
  readonly #clock: Clock;
  /** Recently written Events, the oldest first. */
  readonly #written = new Map<string, Entry>();

  constructor(options: SeriesOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /**
   * @param time of the last occurrence, in milliseconds since the epoch
   * @param times occurrences since the last write
   * @throws ApiError if it cannot be written
   */
  async write(name: string, event: EventRecord, time: number, times: number): Promise<void> {
    const known = this.#written.get(name)?.count ?? 0;
    const count = known > 0 ? await this.#update(name, event, time, known + times) : null;
    this.#markWritten(name, count ?? (await this.#create(name, event, time, times)));
  }

  /** Null if the server has deleted it. */
  async #update(
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
    // Created by an earlier process, or by a request whose response was lost.
    const existing = await client.get(EVENTS, event.regarding.namespace, name);
    const { count = 1 } = (existing ?? {}) as { count?: number };
    return (await this.#update(name, event, time, count + times)) ?? 0;
  }

  #markWritten(name: string, count: number): void {
    const now = this.#clock.monotonic();
    this.#written.delete(name);
    this.#written.set(name, { count, since: now });
    for (const [old, { since }] of this.#written) {
      if (now - since < TTL && this.#written.size <= MAX_ENTRIES) break;
      this.#written.delete(old);
    }
  }
}
