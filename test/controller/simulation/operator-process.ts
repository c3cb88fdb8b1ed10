/** One process of the operator: its own caches, and the product's code between them and the API server. */
import assert from 'node:assert/strict';
import { type CachedType, cachedTypes } from '../../../src/controller/caches.ts';
import { modelKey } from '../../../src/controller/key.ts';
import type { Sources } from '../../../src/controller/observe.ts';
import type { Note } from '../../../src/controller/plan.ts';
import { createReconciler } from '../../../src/controller/reconcile.ts';
import { jobs, trainingRuns } from '../../../src/controller/resources.ts';
import { ApiError } from '../../../src/kubernetes/client.ts';
import type { EventRecord } from '../../../src/kubernetes/events.ts';
import type { Stored } from '../../../src/kubernetes/informer.ts';
import type { Transition } from '../../../src/observability/operator/transitions.ts';
import type { ObjectStore } from '../../kubernetes/object-store.ts';
import { someSettings } from '../builders.ts';
import type { ApiServer } from './api-server.ts';
import { type Fault, Faults } from './faults.ts';
import { Feed } from './feed.ts';
import type { Promises } from './promises.ts';
import { model, namespace } from './raw.ts';

const key = modelKey(namespace, model);

export class OperatorProcess {
  readonly faults = new Faults();
  /** One for each kind. */
  readonly feeds: readonly Feed<never>[];
  /** What it knows. */
  readonly knows: Sources;
  requeueAt: number | null = null;
  /** Reasons of what its log tells of runs, as `run reason`. */
  readonly told: string[] = [];
  /** What its counters took. */
  readonly counted: Transition[] = [];
  /** Lines before the decision that is under way. */
  #toldBefore = 0;
  readonly #reconcile: (key: string) => Promise<void>;
  /** Settles when the decision that is under way has been carried out; null when none is. */
  #work: Promise<void> | null = null;

  constructor(store: ObjectStore, api: ApiServer, promises: Promises, now: () => number) {
    const { sources, feeds } = feedsOf(store, now);
    this.knows = sources;
    this.feeds = feeds;
    const tell = (line: object) => {
      const { run = '-', reason } = line as Partial<Note>;
      this.told.push(`${run} ${reason}`);
    };
    this.#reconcile = createReconciler({
      caches: sources,
      settings: someSettings(),
      deps: {
        client: api.client(this.faults.gate, (type, object) => {
          const knows = { runs: sources.runs.byKey(key), pods: sources.pods.byKey(key) };
          if (type === jobs) promises.creatingJob(object, { ...knows, isLate: this.faults.isLanding });
        }),
        updateCache: (type, object) => this.feeds.find(feed => feed.type === type)?.cache.upsert(object),
        events: { record: event => this.#checkLine(event) },
        log: { debug: () => {}, info: tell, warn: tell },
        now,
        observeHandover: () => {},
        countTransition: transition => void this.counted.push(transition),
      },
      log: { debug: () => {}, info: () => {}, warn: () => {} },
      requeueAt: (_, time) => {
        this.requeueAt = time;
      },
      retry: () => {},
      observeResult: () => {},
    });
  }

  /** The log alone tells the whole story. */
  #checkLine({ regarding: { kind, name }, reason }: EventRecord): void {
    const lines = this.told.slice(this.#toldBefore);
    const hasLine =
      kind === trainingRuns.kind
        ? lines.includes(`${name} ${reason}`)
        : lines.some(line => line.endsWith(` ${reason}`));
    assert.ok(hasLine, `an Event of ${kind} ${name} says ${reason}, and no line of the log does`);
  }

  /** Observes, decides and acts; returns early when the fault leaves a write in flight. */
  async reconcile(fault: Fault | null): Promise<void> {
    if (this.#work !== null) return;
    this.requeueAt = null;
    this.#toldBefore = this.told.length;
    this.faults.set(fault);
    this.#work = this.#attempt();
    await Promise.race([this.#work, this.faults.sent]);
  }

  /** What it sent long ago arrives only now. */
  async land(): Promise<void> {
    this.faults.land();
    await this.#work;
  }

  /** As a process that takes over, or was just started: whatever it was at is forgotten, and everything is listed. */
  restart(): void {
    this.faults.drop();
    this.#work = null;
    this.relist();
  }

  relist(): void {
    for (const feed of this.feeds) feed.relist();
  }

  catchUp(): void {
    for (const feed of this.feeds) feed.catchUp();
  }

  async #attempt(): Promise<void> {
    try {
      await this.#reconcile(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    this.#work = null;
  }
}

function feedsOf(store: ObjectStore, now: () => number): { sources: Sources; feeds: Feed<never>[] } {
  const feeds: Feed<never>[] = [];
  const cache = <T extends Stored>(cached: CachedType<T>) => {
    const feed = new Feed<T>(store, cached);
    feeds.push(feed as unknown as Feed<never>);
    return feed.cache;
  };
  const types = cachedTypes(now);
  const sources: Sources = {
    runs: cache(types.runs),
    models: cache(types.models),
    jobs: cache(types.jobs),
    pods: cache(types.pods),
    claims: cache(types.claims),
    deployments: cache(types.deployments),
    children: types.children.map(cache),
  };
  return { sources, feeds };
}
