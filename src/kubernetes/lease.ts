/** Leader election with a coordination.k8s.io/v1 Lease: at most one of several candidates leads. */
import { ApiError, type KubernetesClient } from './client.ts';
import { type Clock, pause, systemClock } from './clock.ts';
import { heldLease, holderOf, newLease, releasedLease } from './lease-object.ts';
import { type KubernetesObject, LEASES } from './resource.ts';

export interface LeaderElectionOptions {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'replace'>;
  readonly namespace: string;
  /** Of the Lease. */
  readonly name: string;
  /** Of this candidate; unique to the process. */
  readonly identity: string;
  /** Called once, when this candidate becomes the leader. */
  readonly started: () => void;
  /** Called at most once, if leadership is lost other than by `stop`: the process must end at once. */
  readonly lost: (reason: string) => void;
  /** Called with every failed request that will be retried. */
  readonly report?: (error: unknown) => void;
  readonly timing?: Partial<LeaseTiming>;
  readonly clock?: Clock;
  readonly random?: () => number;
}

/** Milliseconds. */
export interface LeaseTiming {
  /** How long other candidates wait after the last renewal that they saw; whole seconds. */
  readonly duration: number;
  /** A leader that could not renew the Lease for this long stops leading. */
  readonly renewDeadline: number;
  /** Between attempts. */
  readonly retry: number;
}

export interface LeaderElection {
  start(): void;
  /**
   * Releases the Lease, so that another candidate takes over at once.
   * @param release false while work is still in progress: the Lease is then left to expire. Default true.
   */
  stop(release?: boolean): Promise<void>;
  readonly leading: boolean;
}

/** The defaults of controller-runtime. */
const TIMING: LeaseTiming = { duration: 15_000, renewDeadline: 10_000, retry: 2_000 };

/** A candidate that does not compete until it is started. */
export function createLeaderElection(options: LeaderElectionOptions): LeaderElection {
  return new LeaseElection(options);
}

interface Attempt {
  readonly lease: KubernetesObject;
  readonly held: boolean;
  /** Monotonic milliseconds before the request that took or renewed it was sent. */
  readonly since: number;
}

/**
 * A candidate takes the Lease if it has not changed for its duration by the candidate's own monotonic clock, so that
 * clocks need not agree. A leader measures from before it sent its last successful renewal and stops leading after the
 * shorter renewal deadline, even if requests hang. In the time between the two there is no leader. Every write contains
 * the resourceVersion that was read, so of two concurrent writes one fails.
 */
class LeaseElection implements LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #timing: LeaseTiming;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #running: Promise<void> | null = null;
  #state: 'candidate' | 'leading' | 'ended' = 'candidate';
  /** As last written by this candidate, while it holds the Lease. */
  #held: KubernetesObject | null = null;
  /** Monotonic milliseconds at which leadership ends unless the Lease is renewed. */
  #deadline = 0;
  #cancelDeadline: () => void = () => undefined;
  /** The last resourceVersion seen, and since when, in monotonic milliseconds. */
  #seen = { version: '', since: 0 };

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
    this.#timing = { ...TIMING, ...options.timing };
    this.#clock = options.clock ?? systemClock;
  }

  /** False from the deadline on, even if a busy process has not handled its timer yet. */
  get leading(): boolean {
    return this.#state === 'leading' && this.#clock.monotonic() < this.#deadline;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  async stop(release = true): Promise<void> {
    const lost = this.#state === 'ended';
    this.#state = 'ended';
    this.#cancelDeadline();
    this.#ended.abort();
    await this.#running;
    if (lost || !release || this.#held === null) return;
    const released = releasedLease(this.#held, this.#clock.now());
    this.#held = null;
    await this.#tolerant(() => this.#options.client.replace(LEASES, released));
  }

  async #run(): Promise<void> {
    const { retry } = this.#timing;
    const random = this.#options.random ?? Math.random;
    while (!this.#ended.signal.aborted) {
      // After the process was suspended, this may run before the deadline's timer.
      if (this.#state === 'leading' && !this.leading) return this.#expire();
      const attempt = await this.#tolerant(() => this.#attempt());
      if (attempt !== null) this.#conclude(attempt);
      await pause(this.#clock, retry * (1 + random() / 5), this.#ended.signal);
    }
  }

  async #attempt(): Promise<Attempt> {
    const { client, namespace, name, identity } = this.#options;
    const { duration } = this.#timing;
    const lease = this.#held ?? (await client.get(LEASES, namespace, name));
    if (this.#ended.signal.aborted) throw new ApiError(0, 'Aborted', 'this candidate has ended');
    const since = this.#clock.monotonic();
    if (lease === null) {
      const created = newLease(namespace, name, identity, duration, this.#clock.now());
      return { lease: await client.create(LEASES, created), held: true, since };
    }
    if (!this.#mayTake(lease)) return { lease, held: false, since };
    const taken = heldLease(lease, identity, duration, this.#clock.now());
    return { lease: await client.replace(LEASES, taken), held: true, since };
  }

  #mayTake(lease: KubernetesObject): boolean {
    const { resourceVersion: version = '' } = lease.metadata;
    const now = this.#clock.monotonic();
    if (this.#seen.version !== version) this.#seen = { version, since: now };
    const { identity, milliseconds } = holderOf(lease);
    if (identity === '' || identity === this.#options.identity) return true;
    return now - this.#seen.since >= (milliseconds ?? this.#timing.duration);
  }

  #conclude({ lease, held, since }: Attempt): void {
    this.#held = held ? lease : null;
    if (this.#state === 'ended') return;
    if (!held) {
      if (this.#state === 'leading') this.#lose(`${holderOf(lease).identity} has taken over the Lease`);
      return;
    }
    const deadline = since + this.#timing.renewDeadline;
    // After the process was suspended, the response may come after the deadline.
    if (this.#state === 'candidate' && this.#clock.monotonic() >= deadline) return;
    this.#extend(deadline);
    if (this.#state === 'leading') return;
    this.#state = 'leading';
    this.#options.started();
  }

  #extend(deadline: number): void {
    this.#deadline = deadline;
    this.#cancelDeadline();
    this.#cancelDeadline = this.#clock.after(deadline - this.#clock.monotonic(), () => this.#expire());
  }

  #expire(): void {
    this.#lose(`the Lease could not be renewed for ${this.#timing.renewDeadline / 1000} s`);
  }

  #lose(reason: string): void {
    this.#state = 'ended';
    this.#cancelDeadline();
    this.#ended.abort();
    this.#options.lost(reason);
  }

  /**
   * Null if it fails or takes longer than half of the renewal deadline, which leaves time for another attempt. A later
   * result is ignored, and the Lease is read again before the next write.
   */
  async #tolerant<T>(run: () => Promise<T>): Promise<T | null> {
    const limit = this.#timing.renewDeadline / 2;
    const late = Promise.withResolvers<never>();
    const cancel = this.#clock.after(limit, () =>
      late.reject(new ApiError(0, 'Timeout', `no response within ${limit / 1000} s`)),
    );
    try {
      return await Promise.race([run(), late.promise]);
    } catch (error) {
      this.#held = null;
      // Another candidate was faster, which is not an error.
      const lostRace = error instanceof ApiError && error.code === 409 && this.#state === 'candidate';
      if (!lostRace) this.#options.report?.(error);
      return null;
    } finally {
      cancel();
    }
  }
}
