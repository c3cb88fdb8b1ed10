/** A cluster in memory with one process of the operator at a time, in which at most one fault happens. */
import { setImmediate } from 'node:timers/promises';
import { ApiError } from '../../../src/kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import type { Transition } from '../../../src/observability/operator/transitions.ts';
import { type Change, type Draft, ObjectStore, type StoreState } from '../../kubernetes/object-store.ts';
import { noon } from '../builders.ts';
import { ApiServer, type Gate, type Verb } from '../simulation/api-server.ts';
import { collectGarbage } from '../simulation/cluster/garbage-collector.ts';
import { JobController } from '../simulation/cluster/job-controller.ts';
import { type PodEnd, StagePods } from '../simulation/cluster/stage-pods.ts';
import { Invariants, type Memory } from '../simulation/invariants.ts';
import { namespace, type Raw } from '../simulation/raw.ts';
import { stepDeployments } from './cluster/deployments.ts';
import { type Behaviour, type Node, stepPods, usual } from './cluster/kubelet.ts';
import type { Fault, WriteFault } from './fault.ts';
import { Operator } from './operator.ts';
import { Trail, type TrailState } from './trail.ts';
import type { View } from './view.ts';

/** The number of controllers, the kubelet included. */
export const stepsPerRound = 4;

/** A moment between two steps, at which the operator knows all changes. */
export interface ClusterState {
  readonly now: number;
  /** The controller whose turn comes next. */
  readonly next: number;
  readonly store: StoreState;
  readonly applied: ApiServer['applied'];
  readonly podCounts: JobController['podCounts'];
  readonly memory: Memory;
  readonly trail: TrailState;
  readonly behaviour: Behaviour;
  readonly writes: number;
  /** By cache: the number of its events. */
  readonly seen: readonly number[];
  readonly changes: readonly Change[];
  readonly requeueAt: number | null;
  readonly isDirty: boolean;
  readonly announced: readonly string[];
  readonly counted: readonly string[];
}

export class Cluster implements Node {
  now = noon;
  behaviour = usual;
  next = 0;
  readonly store: ObjectStore;
  readonly pods: StagePods;
  readonly trail: Trail;
  readonly invariants: Invariants;
  operator: Operator;
  /** The number of writes that the operator has attempted. */
  writes = 0;
  /** `verb kind` of each of them. */
  readonly verbs: string[] = [];
  /** The changes that any cache receives. */
  readonly changes: Change[];
  /** `run reason` of the operator's log lines about decisions. */
  readonly announced: string[];
  /** The transitions that it counted. */
  readonly counted: string[];
  /** Whether the rest is known. */
  isKnown = false;
  /** Whether the fault has happened. */
  hasFailed = false;
  /** The events that were pending when a stale cache caught up. */
  wasStaleBy = 0;
  #isReleased = false;
  /** The write of a process that no longer leads. */
  #late: (() => Promise<void>) | null = null;
  #lateFor = 0;
  /** The steps after which that write was done. */
  wasLateBy = 0;
  #hasNewLeader = false;
  readonly #fault: Fault | null;
  readonly #isKnown: (cluster: Cluster) => boolean;
  readonly #api: ApiServer;
  readonly #jobs: JobController;

  /**
   * @param isKnown called after a decision from old lists: whether what follows is known, so that it need not be played
   */
  constructor(
    state: ClusterState | null = null,
    fault: Fault | null = null,
    isKnown: (cluster: Cluster) => boolean = () => false,
  ) {
    this.#isKnown = isKnown;
    const now = () => this.now;
    this.store = new ObjectStore(now);
    if (state !== null) this.store.restore(state.store);
    this.#fault = fault;
    this.#api = new ApiServer(this.store, state?.applied);
    this.pods = new StagePods(this.store, now);
    this.#jobs = new JobController(this.store, now, state?.podCounts);
    this.invariants = new Invariants(this.store);
    this.trail = new Trail(this.store);
    this.changes = [...(state?.changes ?? [])];
    this.announced = [...(state?.announced ?? [])];
    this.counted = [...(state?.counted ?? [])];
    this.operator = this.#newOperator(state?.seen);
    if (state !== null) this.#restore(state);
    this.store.onChange(change => {
      if (this.operator.views.some(view => view.concerns(change))) this.changes.push(change);
    });
  }

  get state(): ClusterState {
    return {
      now: this.now,
      next: this.next,
      store: this.store.state,
      applied: new Map(this.#api.applied),
      podCounts: new Map(this.#jobs.podCounts),
      memory: this.invariants.memory,
      trail: this.trail.state,
      behaviour: this.behaviour,
      writes: this.writes,
      seen: this.operator.views.map(({ seen }) => seen),
      changes: [...this.changes],
      requeueAt: this.operator.requeueAt,
      isDirty: this.operator.isDirty,
      announced: [...this.announced],
      counted: [...this.counted],
    };
  }

  /** Whether the operator knows all changes, and no write has failed since. */
  get isSettled(): boolean {
    const { isRetrying, views } = this.operator;
    return !isRetrying && views.every(({ isCurrent }) => isCurrent);
  }

  /** Forgets the writes and events so far: only those that follow are points at which a fault may happen. */
  begin(): void {
    this.writes = 0;
    this.verbs.length = 0;
    this.changes.length = 0;
    for (const view of this.operator.views) view.seen = 0;
  }

  /** The next controller, or the kubelet, takes one step, and the operator follows. */
  async step(): Promise<void> {
    const steps = [
      () => this.#jobs.reconcile(),
      () => stepPods(this),
      () => stepDeployments(this.store),
      () => collectGarbage(this.store),
    ];
    if (this.#late !== null && this.#isLateEnough()) await this.land();
    await this.#turn();
    steps[this.next]?.();
    this.next = (this.next + 1) % stepsPerRound;
    await this.#turn();
  }

  /** Does what a process that no longer leads has sent; false if there is nothing. */
  async land(): Promise<boolean> {
    const land = this.#late;
    if (land === null) return false;
    this.#late = null;
    this.wasLateBy = this.#lateFor;
    this.hasFailed = true;
    await this.invariants.allowLate(land);
    return true;
  }

  #isLateEnough(): boolean {
    const fault = this.#fault;
    return fault?.kind === 'leader change' && this.#lateFor++ >= fault.steps;
  }

  /** Lets a stale cache catch up; false if there is none. */
  release(): boolean {
    if (this.#isReleased || this.operator.views.every(({ isCurrent }) => isCurrent)) return false;
    this.#isReleased = true;
    return true;
  }

  endPod(pod: Raw, end: PodEnd): void {
    const message = this.pods.end(pod, end);
    if (end.exitCode === 0 && end.report === 'right') this.invariants.reported(pod, message);
  }

  /** A change by a user. */
  edit(type: ResourceType, name: string, change: (draft: Draft & Raw) => void): void {
    this.store.update(type, namespace, name, change);
  }

  create(type: ResourceType, object: KubernetesObject): void {
    this.store.create(type, object);
  }

  get(type: ResourceType, name: string): Raw {
    return this.store.get(type, namespace, name);
  }

  /** A new process. @param behind the number of events that its first lists do not contain */
  restart(behind = 0): void {
    const seen = this.operator.views.map(({ occurred }) => occurred);
    this.operator.stop();
    this.operator = this.#newOperator(seen);
    this.operator.start(behind === 0 ? [] : this.changes.slice(-behind));
  }

  #restore({ now, next, memory, trail, behaviour, writes, requeueAt, isDirty }: ClusterState): void {
    this.now = now;
    this.next = next;
    this.behaviour = behaviour;
    this.writes = writes;
    this.invariants.restore(memory);
    this.trail.restore(trail);
    this.operator.start();
    this.operator.isDirty = isDirty;
    this.operator.requeueAt = requeueAt;
  }

  #newOperator(seen: readonly number[] = []): Operator {
    const operator = new Operator({
      store: this.store,
      api: this.#api,
      invariants: this.invariants,
      now: () => this.now,
      gate: operator => this.#gate(operator),
      announced: line => void this.announced.push(line),
      counted: transition => void this.counted.push(textOf(transition)),
    });
    for (const [i, view] of operator.views.entries()) view.seen = seen[i] ?? 0;
    return operator;
  }

  async #turn(): Promise<void> {
    await this.operator.turn(view => this.#deliver(view));
    if (!this.operator.isDead && !this.#hasNewLeader) return;
    this.#hasNewLeader = false;
    const fault = this.#fault;
    const behind = fault?.kind === 'old lists' ? fault.behind : 0;
    this.restart(behind);
    // A decision from the old lists comes before the changes since then.
    if (behind > 0) {
      await this.operator.turn(() => {}, 1);
      this.isKnown = this.#isKnown(this);
      if (this.isKnown) return;
    }
    await this.operator.turn(view => this.#deliver(view));
  }

  #deliver(view: View<never>): void {
    const fault = this.#fault;
    const isAffected =
      (fault?.kind === 'stale' || fault?.kind === 'hidden') && fault.type === view.type.plural;
    const pending = isAffected ? view.occurred - fault.from : 0;
    const limit = fault?.kind === 'stale' ? fault.events : 1;
    if (!isAffected || (this.#isReleased && view.isCurrent)) {
      view.deliver();
      return;
    }
    if (!this.#isReleased && pending <= limit) {
      view.deliver(fault.from);
      return;
    }
    this.#isReleased = true;
    if (!this.hasFailed) this.wasStaleBy = pending;
    this.hasFailed = true;
    if (fault.kind === 'stale') view.deliver();
    else view.relist();
  }

  #gate(operator: Operator): Gate {
    return async (write, what) => {
      // Never answered.
      if (operator.isDead) return new Promise(() => {});
      if (operator !== this.operator) throw notLeading();
      this.writes++;
      this.verbs.push(`${what.verb} ${what.type.kind}`);
      const fault = this.#fault;
      const isHere =
        fault !== null && 'at' in fault && fault.at === this.writes && !this.hasFailed && this.#late === null;
      if (!isHere) return write();
      if (fault.kind === 'leader change') return this.#changeLeader(operator, fault.how, write);
      this.hasFailed = true;
      return this.#fail(fault.kind === 'write' ? fault.how : 'crash after', operator, write, what);
    };
  }

  #changeLeader<T>(operator: Operator, how: 'stopped' | 'late', write: () => T): Promise<T> {
    const { promise, reject } = Promise.withResolvers<T>();
    this.#late = async () => {
      operator.isLate = true;
      if (how === 'late') this.#tolerate(write);
      reject(notLeading());
      await setImmediate();
    };
    this.#hasNewLeader = true;
    return promise;
  }

  #fail<T>(
    how: WriteFault,
    operator: Operator,
    write: () => T,
    what: { readonly verb: Verb },
  ): Promise<T> | T {
    switch (how) {
      case 'crash before':
        operator.isDead = true;
        return new Promise(() => {});
      case 'crash after':
        operator.isDead = true;
        this.#tolerate(write);
        return new Promise(() => {});
      case 'unreachable':
        throw new ApiError(0, 'Unreachable', 'connection refused');
      case 'lost answer':
        write();
        throw new ApiError(0, 'Unreachable', 'connection reset');
      case 'sent twice':
        // The client sends only idempotent methods again, and POST is not one of them.
        if (what.verb === 'create') return write();
        write();
        return resent(write);
      case 'conflict':
        if (what.verb === 'create' || what.verb === 'delete') return write();
        throw new ApiError(409, 'Conflict', 'the object has been modified');
      case 'too many requests':
        throw new ApiError(429, 'TooManyRequests', 'try again later');
    }
  }

  #tolerate(write: () => unknown): void {
    try {
      write();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }
}

function notLeading(): ApiError {
  return new ApiError(0, 'NotLeading', 'this process does not hold the Lease');
}

function resent<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(error.code, error.reason, error.message, error, true);
  }
}

/** Without the reason of a retry: it is unknown while the cache of pods is stale. */
function textOf(transition: Transition): string {
  return JSON.stringify(transition.kind === 'StageRetried' ? { ...transition, reason: '' } : transition);
}
