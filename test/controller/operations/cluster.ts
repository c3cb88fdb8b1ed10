/**
 * A cluster in memory for users' operations: an API server that admits objects by their CRD's schema, the controllers of
 * Kubernetes, and an operator. Models and runs are changed as by `kubectl apply`.
 */
import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import { apiVersion } from '../../../src/api/group.ts';
import type { CachedType } from '../../../src/controller/caches.ts';
import { modelKey } from '../../../src/controller/key.ts';
import type { Sources } from '../../../src/controller/observe.ts';
import { createReconciler } from '../../../src/controller/reconcile.ts';
import { deployments, jobs, models, services, trainingRuns } from '../../../src/controller/resources.ts';
import type { Stored } from '../../../src/kubernetes/informer.ts';
import type { ResourceType } from '../../../src/kubernetes/resource.ts';
import { type CustomObject, problemsOf, stored } from '../../../support/operations/admission.ts';
import type { Spec } from '../../../support/operations/cases.ts';
import { schemaOf } from '../../crd/schemas.ts';
import { type Change, ObjectStore, Refusal } from '../../kubernetes/object-store.ts';
import { noon, someSettings, watchedTypes } from '../builders.ts';
import { ApiServer } from '../simulation/api-server.ts';
import { reconcileDeployments } from '../simulation/cluster/deployment-controller.ts';
import { collectGarbage } from '../simulation/cluster/garbage-collector.ts';
import { JobController } from '../simulation/cluster/job-controller.ts';
import { StagePods } from '../simulation/cluster/stage-pods.ts';
import { Feed } from '../simulation/feed.ts';
import { isDeleting, namespace, ownerOf, type Raw } from '../simulation/raw.ts';
import { sourcesOf } from '../simulation/sources.ts';

/** Rounds after which the operator must have come to rest. */
const mostRounds = 60;

export class Cluster {
  now = noon;
  readonly store = new ObjectStore(() => this.now);
  readonly pods = new StagePods(this.store, () => this.now);
  readonly #jobs = new JobController(this.store, () => this.now);
  readonly #feeds: Feed<never>[] = [];
  readonly #reconcile: (key: string) => Promise<void>;
  /** Changes by which clients lose servers without having asked for it. */
  readonly #interruptions: string[] = [];

  constructor() {
    const sources = this.#caches();
    const api = new ApiServer(this.store);
    this.#reconcile = createReconciler({
      caches: sources,
      settings: someSettings({ serviceMonitors: true }),
      deps: {
        client: api.client(
          async write => write(),
          () => {},
        ),
        updateCache: (type, object) => this.#feeds.find(feed => feed.type === type)?.cache.upsert(object),
        events: { record: () => {} },
        log: { debug: () => {}, info: () => {}, warn: () => {} },
        now: () => this.now,
        observeHandover: () => {},
        countTransition: () => {},
      },
      log: { debug: () => {}, info: () => {}, warn: () => {} },
      podFailures: async () => new Map(),
      requeueAt: () => {},
      retry: () => {},
      observeResult: () => {},
    });
    this.store.onChange(change => this.#checkServing(change));
  }

  get(type: ResourceType, name: string): Raw {
    return this.store.get(type, namespace, name);
  }

  list(type: ResourceType): Raw[] {
    return this.store.list(type, namespace);
  }

  /** @throws Refusal Invalid, naming the fields */
  create(type: ResourceType, name: string, spec: Spec): void {
    const object = { apiVersion, kind: type.kind, metadata: { name, namespace }, spec };
    this.store.create(type, admitted(type, object));
  }

  /** Replaces the spec. @throws Refusal Invalid, naming the fields */
  change(type: ResourceType, name: string, spec: Spec): void {
    const old = this.get(type, name);
    const { spec: complete } = admitted(type, { ...old, spec }, old);
    this.#write(type, name, complete);
  }

  /** Whether the API server refuses the spec. */
  isRefused(type: ResourceType, name: string, spec: Spec): boolean {
    const old = this.get(type, name);
    return problemsOf(schemaOf(type.kind), { metadata: { name }, spec }, old).length > 0;
  }

  /** Whether the spec differs from the stored one. */
  changes(type: ResourceType, name: string, spec: Spec): boolean {
    const { spec: complete } = stored(schemaOf(type.kind), { metadata: { name }, spec });
    return !isDeepStrictEqual(complete, this.get(type, name).spec);
  }

  /** Stores a spec as an API server did that had fewer rules. */
  changeUnchecked(type: ResourceType, name: string, spec: unknown): void {
    this.#write(type, name, spec);
  }

  restoreStatus(name: string, status: Raw): void {
    this.store.update(models, namespace, name, draft => {
      draft.status = structuredClone(status);
    });
  }

  #write(type: ResourceType, name: string, spec: unknown): void {
    this.store.update(type, namespace, name, draft => {
      draft.spec = structuredClone(spec);
    });
  }

  delete(type: ResourceType, name: string): void {
    if (this.get(type, name) !== null) this.store.delete(type, namespace, name);
  }

  /** All controllers until nothing changes. @param act what happens after each round */
  async settle(act: () => void = () => {}): Promise<void> {
    for (let round = 0; round < mostRounds; round++) {
      const before = this.store.version;
      await this.reconcile();
      reconcileDeployments(this.store, true);
      this.#jobs.reconcile();
      collectGarbage(this.store);
      this.pods.dropUnstarted();
      for (const pod of this.pods.live()) {
        if (isDeleting(pod)) this.pods.end(pod, { exitCode: 143, cause: 'Disrupted' });
      }
      act();
      if (this.store.version === before) return;
    }
    assert.fail('the operator does not come to rest');
  }

  /** The operator once, for every Model that exists or that a run names. */
  async reconcile(): Promise<void> {
    for (const feed of this.#feeds) feed.catchUp();
    const named = this.list(trainingRuns).map(({ metadata, spec }) => spec.model ?? metadata.name);
    const names = new Set([...this.list(models).map(({ metadata }) => metadata.name), ...named]);
    for (const name of names) await this.#reconcile(modelKey(namespace, name));
  }

  /** Fails if clients have lost servers since the last call. */
  checkServed(what: string): void {
    assert.deepEqual(this.#interruptions.splice(0), [], what);
  }

  /** Calls `seen` with every Job when it is created, until the returned function is called. */
  onJob(seen: (job: Raw) => void): () => void {
    return this.store.onChange(({ plural, before, after }) => {
      if (plural === jobs.plural && before === null) seen(after);
    });
  }

  #checkServing({ plural, before, after }: Change): void {
    const owner = before === null ? undefined : ownerOf(before);
    const model = this.list(models).find(({ metadata }) => metadata.uid === owner);
    if (before === null || model === undefined) return;
    const problem = plural === deployments.plural ? lossOfServers(before, after, model) : null;
    if (problem !== null) this.#interruptions.push(problem);
    if (plural === services.plural && after === null) this.#interruptions.push('the Service was deleted');
  }

  #caches(): Sources {
    const cache = <T extends Stored>(cached: CachedType<T>) => {
      const feed = new Feed<T>(this.store, cached);
      this.#feeds.push(feed as unknown as Feed<never>);
      return feed.cache;
    };
    return sourcesOf(() => this.now, cache);
  }
}

/** The object with its defaults. @throws Refusal Invalid, naming the fields */
export function admitted<T extends CustomObject>(type: ResourceType, object: T, old?: CustomObject): T {
  const schema = schemaOf(type.kind);
  const { status: _, ...rest } = object;
  // A status is the operator's, and its schema is checked elsewhere.
  const problems = problemsOf(schema, { ...rest, spec: object.spec }, old);
  if (problems.length === 0) return stored(schema, object);
  const text = problems.map(({ field, message }) => `${field}: ${message}`).join('; ');
  throw new Refusal(422, 'Invalid', text);
}

function lossOfServers(before: Raw, after: Raw, model: Raw): string | null {
  if (after === null) return 'the Deployment was deleted';
  const { replicas, strategy, selector, template } = after.spec;
  const wanted = model.spec.serving?.replicas ?? 1;
  if (replicas < Math.min(before.spec.replicas, wanted)) return `${replicas} of ${wanted} servers`;
  if (strategy?.rollingUpdate?.maxUnavailable !== 0) return 'a server is stopped before another one is ready';
  const { labels } = template.metadata;
  const isSelected = Object.entries(selector.matchLabels).every(([name, value]) => labels[name] === value);
  return isSelected ? null : 'the selector does not select the pods';
}

/** Every type whose objects follow from a spec. */
export const childTypes = watchedTypes.filter(
  ({ kind }) => !['Model', 'TrainingRun', 'Pod', 'Job'].includes(kind),
);
