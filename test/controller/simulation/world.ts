/**
 * The operator's own code (readers, observe, decide, act) in a cluster of plain memory, one step at a time. After every
 * step it is checked that nothing happened which must never happen.
 */
import assert from 'node:assert/strict';
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { annotations, apiVersion, labels } from '../../../src/api/group.ts';
import { modelKey } from '../../../src/controller/key.ts';
import type { ChildResource, PodResource } from '../../../src/controller/observation.ts';
import { readModel, readRun } from '../../../src/controller/readers/custom.ts';
import { readJob } from '../../../src/controller/readers/job.ts';
import { readPod } from '../../../src/controller/readers/pod.ts';
import {
  type OfModel,
  readChild,
  readClaim,
  readDeployment,
} from '../../../src/controller/readers/serving.ts';
import { createReconciler } from '../../../src/controller/reconcile.ts';
import {
  claims,
  deployments,
  jobs,
  models,
  pods,
  services,
  trainingRuns,
} from '../../../src/controller/resources.ts';
import { ApiError } from '../../../src/kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import { ObjectStore } from '../../kubernetes/object-store.ts';
import { noon, someSettings } from '../builders.ts';
import { Cluster, isFinished, namespace, type PodEnd } from './cluster.ts';
import { LaggingCache } from './lagging-cache.ts';
import { MemoryClient, type WriteFault } from './memory-client.ts';

// biome-ignore lint/suspicious/noExplicitAny: raw objects are read here as deep as the API server keeps them
type Raw = any;

export type Step =
  | { readonly do: 'reconcile'; readonly fault: { readonly after: number; readonly type: WriteFault } | null }
  /** One cache hears of some more changes. */
  | { readonly do: 'deliver'; readonly cache: number; readonly most: number }
  | { readonly do: 'restart' }
  | { readonly do: 'jobController' }
  | { readonly do: 'deployments'; readonly healthy: boolean }
  | { readonly do: 'startPod' | 'holdPod'; readonly which: number }
  | { readonly do: 'endPod'; readonly which: number; readonly end: PodEnd }
  | { readonly do: 'apply' | 'delete' | 'approve'; readonly run: number }
  | { readonly do: 'suspend'; readonly run: number; readonly on: boolean }
  | { readonly do: 'deleteModel' }
  | { readonly do: 'pass'; readonly seconds: number };

const model = 'm';
const key = modelKey(namespace, model);
const right: PodEnd = { exitCode: 0, report: 'right', quality: 'good' };

export class World {
  #now = noon;
  readonly #store = new ObjectStore(() => this.#now);
  readonly #cluster = new Cluster(this.#store, () => this.#now);
  readonly #api = new MemoryClient(this.#store, (type, object) => this.#checkCreated(type, object));
  #lookAgainAt: number | null = null;
  /** `uid/stage` of every stage whose pod ended well and said so. */
  readonly #reported = new Set<string>();
  readonly #ended = new Map<string, string>();
  readonly #worthy = new Set<string>();
  readonly #caches = {
    runs: this.#cache(trainingRuns, readRun, ({ model }) => modelKey(namespace, model)),
    models: this.#cache(models, readModel, ({ name }) => modelKey(namespace, name)),
    jobs: this.#cache(jobs, readJob, ({ model }) => modelKey(namespace, model)),
    pods: this.#cache<PodResource>(pods, (raw, before) => readPod(raw, before, this.#now), ofModel),
    claims: this.#cache(claims, readClaim, ofModel),
    deployments: this.#cache(deployments, readDeployment, ofModel),
    children: [this.#cache<ChildResource & OfModel>(services, raw => readChild(services, raw), ofModel)],
  };
  readonly #all: readonly LaggingCache<never>[] = Object.values(this.#caches).flat() as never;
  readonly #reconcile = createReconciler({
    caches: this.#caches,
    settings: someSettings(),
    hands: {
      client: this.#api.client,
      remember: (type, object) => this.#all.find(cache => cache.type === type)?.upsert(object),
      events: { record: () => {} },
      log: { info: () => {} },
      now: () => this.#now,
      handedOver: () => {},
    },
    log: { info: () => {}, warn: () => {} },
    lookAgain: (_, time) => {
      this.#lookAgainAt = time;
    },
    retry: () => {},
    observed: () => {},
  });

  get writes(): number {
    return this.#api.writes;
  }

  runs(): Raw[] {
    return this.#store.list(trainingRuns, namespace);
  }

  model(): Raw {
    return this.#store.get(models, namespace, model);
  }

  jobs(): Raw[] {
    return this.#cluster.list(jobs);
  }

  async take(step: Step): Promise<void> {
    await this.#take(step);
    this.#check();
  }

  /** From now on all goes well: to the end of every run, and until the operator has nothing more to do. */
  async settle(): Promise<void> {
    for (let round = 0; round < 300; round++) {
      const before = this.#store.version;
      for (const cache of this.#all) cache.advance(Number.POSITIVE_INFINITY);
      for (const run of this.runs()) if (run.spec.suspend === true) this.#suspend(run, false);
      await this.take({ do: 'reconcile', fault: null });
      this.#cluster.reconcileDeployments(true);
      this.#cluster.reconcileJobs();
      for (const pod of this.#cluster.livePods()) this.#endPod(pod, right);
      if (this.#store.version > before) continue;
      if (this.#lookAgainAt === null) return;
      this.#now = Math.max(this.#now, this.#lookAgainAt) + 1;
      this.#lookAgainAt = null;
    }
    assert.fail(
      `it never comes to rest:\n${JSON.stringify(
        this.runs().map(({ status }) => status),
        null,
        1,
      )}`,
    );
  }

  async #take(step: Step): Promise<void> {
    switch (step.do) {
      case 'reconcile':
        return this.#work(step.fault);
      case 'deliver':
        return void this.#all[step.cache % this.#all.length]?.advance(step.most);
      case 'restart':
        for (const cache of this.#all) cache.relist();
        return;
      case 'jobController':
        return this.#cluster.reconcileJobs();
      case 'deployments':
        return this.#cluster.reconcileDeployments(step.healthy);
      case 'startPod':
        return void this.#withPod(step.which, pod => this.#cluster.startPod(pod));
      case 'holdPod':
        return void this.#withPod(
          step.which,
          pod => pod.status.phase === 'Pending' && this.#cluster.holdPod(pod),
        );
      case 'endPod':
        return void this.#withPod(step.which, pod => this.#endPod(pod, step.end));
      case 'pass':
        this.#now += step.seconds * 1000;
        return;
      case 'deleteModel':
        if (this.model() !== null) this.#store.delete(models, namespace, model);
        return;
      default:
        this.#byPerson(step);
    }
  }

  #byPerson(step: Extract<Step, { readonly run: number }>): void {
    const name = `r${step.run}`;
    const run = this.#store.get(trainingRuns, namespace, name);
    if (step.do === 'apply' && run === null) {
      const spec = { model, symbol: 'AAPL', data: { source: 'Sample' }, activeDeadlineSeconds: 7200 };
      this.#store.create(trainingRuns, {
        apiVersion,
        kind: 'TrainingRun',
        metadata: { name, namespace },
        spec,
      });
    }
    if (run === null) return;
    if (step.do === 'delete') this.#store.delete(trainingRuns, namespace, name);
    if (step.do === 'suspend') this.#suspend(run, step.on);
    if (step.do === 'approve') {
      this.#store.update(trainingRuns, namespace, name, draft => {
        draft.metadata.annotations = { [annotations.approved]: 'true' };
      });
    }
  }

  async #work(fault: { after: number; type: WriteFault } | null): Promise<void> {
    this.#api.fault = fault === null ? null : { ...fault };
    try {
      await this.#reconcile(key);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
    this.#api.fault = null;
  }

  #suspend(run: KubernetesObject, on: boolean): void {
    this.#store.update(trainingRuns, namespace, run.metadata.name, draft => {
      draft.spec = { ...(draft.spec as object), suspend: on };
    });
  }

  #withPod(which: number, act: (pod: Raw) => void): void {
    const live = this.#cluster.livePods();
    if (live.length > 0) act(live[which % live.length]);
  }

  #endPod(pod: Raw, end: PodEnd): void {
    this.#cluster.endPod(pod, end);
    if (end.exitCode !== 0 || end.report !== 'right') return;
    const job = this.jobs().find(({ metadata }) => metadata.uid === pod.metadata.ownerReferences[0].uid);
    this.#reported.add(`${ownerOf(job)}/${job.metadata.labels[labels.stage]}`);
  }

  #checkCreated(type: ResourceType, object: Raw): void {
    if (type !== jobs) return;
    const uid = ownerOf(object);
    const run = this.runs().find(({ metadata }) => metadata.uid === uid);
    if (run === undefined) return;
    const stage = object.metadata.labels[labels.stage];
    const said = `Job ${object.metadata.name}`;
    assert.ok(!this.#ended.has(uid), `${said} was created although its run had ended`);
    const before = stageNames.slice(0, order(stage));
    for (const earlier of before) {
      assert.ok(
        this.#reported.has(`${uid}/${earlier.toLowerCase()}`),
        `${said} was created before ${earlier} had ended well`,
      );
    }
    const state = run.status?.stages?.[order(stage)]?.state;
    assert.ok(
      state !== 'Succeeded' && state !== 'Reused',
      `${said} was created although the stage had ended well`,
    );
    const namesakes = this.jobs().filter(
      job => ownerOf(job) === uid && job.metadata.labels[labels.stage] === stage,
    );
    assert.equal(namesakes.length, 0, `${said} is the second one of its stage`);
  }

  #check(): void {
    for (const { metadata, status = {} } of this.runs()) {
      const ended = ['Complete', 'Failed'].filter(type => isTrue(status, type));
      assert.ok(ended.length < 2, `${metadata.name} is both Complete and Failed`);
      const before = this.#ended.get(metadata.uid);
      if (before !== undefined) assert.equal(ended[0], before, `${metadata.name} had ended`);
      if (ended[0] !== undefined) this.#ended.set(metadata.uid, ended[0]);
    }
    this.#checkTurns();
    this.#checkChampion();
  }

  /** Two runs of a Model never work at once. */
  #checkTurns(): void {
    const live = new Set(this.runs().map(({ metadata }) => metadata.uid));
    const atWork = this.jobs().filter(
      job =>
        live.has(ownerOf(job)) &&
        job.spec.suspend !== true &&
        !isFinished(job) &&
        !this.#cluster
          .podsOf(job)
          .some(({ status }) => status.phase === 'Succeeded' || status.phase === 'Failed'),
    );
    assert.ok(
      new Set(atWork.map(ownerOf)).size < 2,
      `at work at once: ${atWork.map(({ metadata }) => metadata.name)}`,
    );
  }

  #checkChampion(): void {
    const status = this.model()?.status ?? {};
    for (const { version, outcome } of status.history ?? []) {
      if (outcome === 'Promoted' || outcome === 'Pinned') this.#worthy.add(version);
    }
    const { champion } = status;
    if (champion !== undefined)
      assert.ok(this.#worthy.has(champion.version), 'the champion was never promoted');
    for (const { spec } of this.#cluster.list(deployments)) {
      const version = spec.template.metadata.labels[labels.version];
      // It may be rolled out just before the status that says so is written.
      assert.ok(
        this.#worthy.has(version) || this.#isReported(version),
        `${version} serves, and was never proved`,
      );
    }
  }

  #isReported(version: string): boolean {
    return this.#cluster
      .list(pods)
      .some(({ status }) => status.containerStatuses?.[0]?.state.terminated?.message.includes(version));
  }

  #cache<T extends { namespace: string; name: string; resourceVersion: string }>(
    type: ResourceType,
    read: (raw: KubernetesObject, previous: T | null) => T | null,
    key: (value: T) => string,
  ): LaggingCache<T> {
    return new LaggingCache(type, this.#store, read, key);
  }
}

function ofModel({ model }: { readonly model: string }): string {
  return modelKey(namespace, model);
}

function ownerOf(job: Raw): string {
  return job.metadata.ownerReferences[0].uid;
}

function order(stage: string): number {
  return stageNames.findIndex((name: StageName) => name.toLowerCase() === stage);
}

export function isTrue(status: Raw, type: string): boolean {
  return (status.conditions ?? []).some(
    (condition: Raw) => condition.type === type && condition.status === 'True',
  );
}
