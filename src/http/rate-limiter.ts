/** Limits the requests of each client by a token bucket. */

export interface RateLimit {
  /** Requests per second that a client may send on average. */
  readonly perSecond: number;
  /** Requests that a client may send at once after a pause. */
  readonly burst: number;
}

/** About 1.5 MB of memory. */
const defaultMaximumClients = 10_000;

/**
 * The bucket of a client is one number, the time at which it will be full again (the generic cell rate algorithm). Clients
 * whose bucket is full are forgotten. If more clients than `maximumClients` have sent requests recently, the one that was
 * seen first is forgotten: a client may then send more than its limit, but memory stays bounded.
 */
export class RateLimiter {
  readonly limit: RateLimit;
  readonly #maximumClients: number;
  readonly #now: () => number;
  /** Milliseconds between two requests at the limit. */
  readonly #interval: number;
  /** By client: when its bucket will be full, in milliseconds. */
  readonly #full = new Map<string, number>();
  #sweptAt = 0;

  /** @param now a monotonic clock in milliseconds */
  constructor(limit: RateLimit, now = () => performance.now(), maximumClients = defaultMaximumClients) {
    this.limit = limit;
    this.#now = now;
    this.#maximumClients = maximumClients;
    this.#interval = 1000 / limit.perSecond;
  }

  /** Clients whose bucket is known. */
  get clients(): number {
    return this.#full.size;
  }

  /** Takes one request from the client's bucket. @returns 0, or if it is empty the milliseconds until it has one */
  take(client: string): number {
    const now = this.#now();
    const known = this.#full.get(client);
    const full = Math.max(known ?? now, now) + this.#interval;
    const excess = full - now - this.limit.burst * this.#interval;
    // Rounding errors must not refuse the last request of a burst.
    if (excess > 1e-6) return excess;
    if (known === undefined && this.#full.size >= this.#maximumClients) this.#makeRoom(now);
    this.#full.set(client, full);
    return 0;
  }

  /** A sweep visits every client, so there is at most one per second. */
  #makeRoom(now: number): void {
    if (now >= this.#sweptAt + 1000) {
      this.#sweptAt = now;
      for (const [client, full] of this.#full) if (full <= now) this.#full.delete(client);
    }
    for (const client of this.#full.keys()) {
      if (this.#full.size < this.#maximumClients) return;
      this.#full.delete(client);
    }
  }
}

/**
 * The client behind an address: an IPv4 address, or the /64 network of an IPv6 address, all of which one host can use.
 */
export function clientOf(address: string | undefined): string {
  if (address === undefined) return '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.replace(/%.*$/, '').split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? 0 : tail.split(':').length;
  while (tail !== undefined && groups.length < 8 - after) groups.push('0');
  return `${groups.slice(0, 4).join(':')}::/64`;
}
