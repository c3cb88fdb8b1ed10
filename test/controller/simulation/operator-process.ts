/** One process of the operator: its caches, and the operator's code between them and the API server. */
import assert from 'node:assert/strict';
import type { CachedType } from '../../../src/controller/caches.ts';
import { modelKey } from '../../../src/controller/key.ts';
import type { Sources } from '../../../src/controller/observe.ts';
import type { Note } from '../../../src/controller/plan.ts';
import { createReconciler } from '../../../src/controller/reconcile.ts';
import { jobs, trainingRuns } from '../../../src/controller/resources.ts';
import { ApiError } from '../../../src/kubernetes/client.ts';
import type { EventRecord } from '../../../src/kubernetes/events.ts';
import type { Stored } from '../../../src/kubernetes/informer.ts';
import type { Transition } from '../../../src/observability/operator/transitions.ts';
import { everythingAllowed } from '../../../support/cluster/allowed.ts';
import type { ObjectStore } from '../../kubernetes/object-store.ts';
import { someSettings } from '../builders.ts';
import type { ApiServer } from './api-server.ts';
import { type Fault, Faults } from './faults.ts';
import { Feed } from './feed.ts';
import type { Invariants } from './invariants.ts';
import { allowedImages, model, namespace } from './raw.ts';
import { sourcesOf } from './sources.ts';

const key = modelKey(namespace, model);

export class OperatorProcess {
  readonly faults = new Faults();
  /** One for each watched type. */
  readonly feeds: readonly Feed<never>[];
  /** Its caches. */
  readonly sources: Sources;
  requeueAt: number | null = null;
  /** Its log lines about decisions, as `run reason`. */
  readonly announced: string[] = [];
  /** The transitions that it counted. */
  readonly counted: Transition[] = [];
  /** The number of lines before the current decision. */
  #announcedBefore = 0;
  readonly #reconcile: (key: string) => Promise<void>;
  /** The reconciliation that is in progress; null if there is none. */
  #work: Promise<void> | null = null;

  constructor(store: ObjectStore, api: ApiServer, invariants: Invariants, now: () => number) {
    const { sources, feeds } = feedsOf(store, now);
    this.sources = sources;
    this.feeds = feeds;
    const record = (line: object) => {
      const { run = '-', reason } = line as Partial<Note>;
      this.announced.push(`${run} ${reason}`);
    };
    this.#reconcile = createReconciler({
      caches: sources,
      settings: someSettings({ allowed: { ...everythingAllowed, images: allowedImages } }),
      deps: {
        client: api.client(this.faults.gate, (type, object) => {
          const observed = { runs: sources.runs.byKey(key), pods: sources.pods.byKey(key) };
          if (type === jobs) invariants.creatingJob(object, { ...observed, isLate: this.faults.isLanding });
        }),
        updateCache: (type, object) => this.feeds.find(feed => feed.type === type)?.cache.upsert(object),
        events: { record: event => this.#checkLine(event) },
        log: { debug: () => {}, info: record, warn: record },
        now,
        observeHandover: () => {},
        countTransition: transition => void this.counted.push(transition),
      },
      log: { debug: () => {}, info: () => {}, warn: () => {} },
      podFailures: async () => new Map(),
      requeueAt: (_, time) => {
        this.requeueAt = time;
      },
      retry: () => {},
      observeResult: () => {},
    });
  }

  /** Every Event must have a log line. */
  #checkLine({ regarding: { kind, name }, reason }: EventRecord): void {
    const lines = this.announced.slice(this.#announcedBefore);
    const hasLine =
      kind === trainingRuns.kind
        ? lines.includes(`${name} ${reason}`)
        : lines.some(line => line.endsWith(` ${reason}`));
    assert.ok(hasLine, `no log line for the Event ${reason} of ${kind} ${name}`);
  }

  /** Reconciles the Model; returns early if the fault leaves a write in flight. */
  async reconcile(fault: Fault | null): Promise<void> {
    if (this.#work !== null) return;
    this.requeueAt = null;
    this.#announcedBefore = this.announced.length;
    this.faults.set(fault);
    this.#work = this.#attempt();
    await Promise.race([this.#work, this.faults.sent]);
  }

  /** Does the write that is in flight, if there is one. */
  async land(): Promise<void> {
    this.faults.land();
    await this.#work;
  }

  /** As when a process starts or takes over: drops unfinished work and lists all objects. */
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
  return { sources: sourcesOf(now, cache), feeds };
}
