/** A process of the operator: it reconciles when its caches have changed, when it asked to, and after an error. */
import { setImmediate } from 'node:timers/promises';
import type { CachedType } from '../../../src/controller/caches.ts';
import { modelKey } from '../../../src/controller/key.ts';
import type { Sources } from '../../../src/controller/observe.ts';
import type { Note } from '../../../src/controller/plan.ts';
import { createReconciler } from '../../../src/controller/reconcile.ts';
import { jobs } from '../../../src/controller/resources.ts';
import { ApiError } from '../../../src/kubernetes/client.ts';
import { createEventRecorder } from '../../../src/kubernetes/events.ts';
import type { Stored } from '../../../src/kubernetes/informer.ts';
import type { Transition } from '../../../src/observability/operator/transitions.ts';
import { FakeClock } from '../../kubernetes/fake-clock.ts';
import type { Change, ObjectStore } from '../../kubernetes/object-store.ts';
import { someSettings } from '../builders.ts';
import type { ApiServer, Gate } from '../simulation/api-server.ts';
import type { Invariants } from '../simulation/invariants.ts';
import { model, namespace } from '../simulation/raw.ts';
import { sourcesOf } from '../simulation/sources.ts';
import { View } from './view.ts';

const key = modelKey(namespace, model);

/** The most reconciliations in a row: each is followed by one that sees its own writes. */
const reconciliations = 6;

export interface OperatorOptions {
  readonly store: ObjectStore;
  readonly api: ApiServer;
  readonly invariants: Invariants;
  readonly now: () => number;
  /** Every write goes through it. */
  readonly gate: (operator: Operator) => Gate;
  readonly announced: (line: string) => void;
  readonly counted: (transition: Transition) => void;
}

export class Operator {
  readonly views: readonly View<never>[];
  /** Set when the process has ended: it does nothing more. */
  isDead = false;
  isRetrying = false;
  /** Set while a write is done that it has sent before it lost its Lease. */
  isLate = false;
  requeueAt: number | null = null;
  /** Whether something has changed since the last reconciliation. */
  isDirty = true;
  readonly #now: () => number;
  readonly #reconcile: (key: string) => Promise<void>;
  #error: unknown = null;

  constructor(options: OperatorOptions) {
    const { store, api, invariants, now, gate, announced, counted } = options;
    const { sources, views } = this.#caches(store, now);
    this.views = views;
    this.#now = now;
    const record = (line: object) => {
      const { run = '-', reason } = line as Partial<Note>;
      announced(`${run} ${reason}`);
    };
    const client = api.client(gate(this), (type, object) => {
      const observed = { runs: sources.runs.byKey(key), pods: sources.pods.byKey(key) };
      if (type === jobs) invariants.creatingJob(object, { ...observed, isLate: this.isLate });
    });
    this.#reconcile = createReconciler({
      caches: sources,
      settings: someSettings(),
      deps: {
        client,
        updateCache: (type, object) => this.views.find(view => view.type === type)?.cache.upsert(object),
        events: createEventRecorder({
          client,
          controller: 'operator',
          instance: 'test',
          clock: new FakeClock(now()),
        }),
        log: { debug: () => {}, info: record, warn: record },
        now,
        observeHandover: () => {},
        countTransition: counted,
      },
      log: { debug: () => {}, info: () => {}, warn: () => {} },
      podFailures: async () => new Map(),
      requeueAt: (_, time) => {
        this.requeueAt = time;
      },
      retry: () => {
        this.isRetrying = true;
      },
      observeResult: () => {},
    });
  }

  /** Lists all objects, as when a process starts. @param changes those that the lists do not contain yet */
  start(changes: readonly Change[] = []): void {
    for (const view of this.views) {
      if (changes.length > 0) view.listBefore(changes);
      else view.relist();
    }
  }

  /**
   * Reconciles until there is nothing more to do at this moment.
   * @param deliver delivers changes to the caches
   */
  async turn(deliver: (view: View<never>) => void, most = reconciliations): Promise<void> {
    for (let count = 0; count < most && !this.isDead; count++) {
      for (const view of this.views) deliver(view);
      const isDue = this.requeueAt !== null && this.requeueAt <= this.#now();
      const isRetried = this.isRetrying && count === 0;
      if (!this.isDirty && !isDue && !isRetried) return;
      await this.#attempt();
    }
  }

  /** Receives no more changes. */
  stop(): void {
    for (const view of this.views) view.stop();
  }

  async #attempt(): Promise<void> {
    this.isDirty = false;
    this.isRetrying = false;
    this.requeueAt = null;
    this.#reconcile(key).catch((error: unknown) => {
      this.isRetrying = true;
      if (!(error instanceof ApiError)) this.#error = error;
    });
    // Also lets the recorder write its Events. A write that never ends is that of a process that has ended.
    await setImmediate();
    if (this.#error !== null) throw this.#error;
  }

  #caches(store: ObjectStore, now: () => number): { sources: Sources; views: View<never>[] } {
    const views: View<never>[] = [];
    const cache = <T extends Stored>(cached: CachedType<T>) => {
      const view = new View<T>(store, cached, changed => {
        if (changed === key) this.isDirty = true;
      });
      views.push(view as unknown as View<never>);
      return view.cache;
    };
    return { sources: sourcesOf(now, cache), views };
  }
}
