/** Invariants that hold after every step of any history. */
import assert from 'node:assert/strict';
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { labels } from '../../../src/api/group.ts';
import type { PodResource, RunResource } from '../../../src/controller/observation.ts';
import {
  autoscalers,
  deployments,
  disruptionBudgets,
  jobs,
  models,
  pods,
  services,
  trainingRuns,
} from '../../../src/controller/resources.ts';
import type { ResourceType } from '../../../src/kubernetes/resource.ts';
import type { ObjectStore } from '../../kubernetes/object-store.ts';
import { someSettings } from '../builders.ts';
import {
  conditionOf,
  endOf,
  forbiddenImage,
  isLive,
  model,
  namespace,
  ownerOf,
  type Raw,
  runOf,
  stageOf,
} from './raw.ts';

interface Creator {
  readonly runs: readonly RunResource[];
  readonly pods: readonly PodResource[];
  /** Whether the process has lost its Lease since it sent the request. */
  readonly isLate: boolean;
}

const maps = ['stages', 'ends'] as const;
const sets = ['reported', 'published', 'promoted', 'done', 'late'] as const;

/** What the invariants of a history depend on besides the objects. */
export type Memory = Readonly<
  Record<(typeof maps)[number], ReadonlyMap<string | undefined, string>> &
    Record<(typeof sets)[number], ReadonlySet<string>>
>;

export class Invariants {
  readonly #store: ObjectStore;
  /** `uid/stage` of every Job that ever existed, with the uid of its run, by the uid of the Job. */
  readonly #stages = new Map<string | undefined, string>();
  /** `uid/stage` of every stage with a pod that succeeded and reported it. */
  readonly #reported = new Set<string>();
  /** Versions that an Evaluate published. */
  readonly #published = new Set<string>();
  /** Versions that were promoted or pinned. */
  readonly #promoted = new Set<string>();
  /** How each run ended, by uid: the condition as it was first written. */
  readonly #ends = new Map<string | undefined, string>();
  /** `uid/stage` of the stages that a status has recorded as succeeded. */
  readonly #done = new Set<string>();
  /** Jobs that were created or resumed by a process that had lost its Lease, which cannot be prevented. */
  readonly #late = new Set<string>();

  constructor(store: ObjectStore) {
    this.#store = store;
    store.onChange(({ plural, after }) => {
      if (plural !== jobs.plural || after === null) return;
      this.#stages.set(after.metadata.uid, `${ownerOf(after)}/${stageOf(after)}`);
    });
  }

  /** A copy of what it has seen so far. */
  get memory(): Memory {
    return structuredClone(this.#memory);
  }

  /** Adds what another one has seen. */
  restore(memory: Memory): void {
    const own = this.#memory;
    for (const name of maps) for (const [key, value] of memory[name]) own[name].set(key, value);
    for (const name of sets) for (const value of memory[name]) own[name].add(value);
  }

  get #memory() {
    return {
      stages: this.#stages,
      ends: this.#ends,
      reported: this.#reported,
      published: this.#published,
      promoted: this.#promoted,
      done: this.#done,
      late: this.#late,
    };
  }

  /** Records that a stage's pod succeeded and reported it. */
  reported(pod: Raw, message: string): void {
    this.#reported.add(this.#stages.get(ownerOf(pod)) ?? '');
    const { version } = JSON.parse(message);
    if (version !== undefined) this.#published.add(version);
  }

  /**
   * Exempts the Jobs that a delayed write starts.
   * @param land does the delayed write
   */
  async allowLate(land: () => Promise<void>): Promise<void> {
    const before = new Set(this.#activeJobs().map(({ metadata }) => metadata.uid));
    await land();
    for (const { metadata } of this.#activeJobs())
      if (!before.has(metadata.uid)) this.#late.add(metadata.uid);
  }

  /** Checks a Job that is about to be created against the caches of its creator. */
  creatingJob(job: Raw, { runs, pods, isLate }: Creator): void {
    const uid = ownerOf(job);
    const run = this.#list(trainingRuns).find(({ metadata }) => metadata.uid === uid);
    const stage = stageOf(job);
    if (run === undefined || stage === undefined) return;
    const name = `Job ${job.metadata.name}`;
    const { image } = job.spec.template.spec.containers[0];
    assert.notEqual(image, forbiddenImage, `${name} has an image that is not allowed`);
    const namesakes = this.#list(jobs).filter(other => ownerOf(other) === uid && stageOf(other) === stage);
    assert.equal(namesakes.length, 0, `${name} is the second Job of its stage`);
    if (isLate) return;
    this.#checkOrder(run, stage, name);
    const ended = runs.some(({ uid, status }) => uid === run.metadata.uid && endOf({ status }) !== undefined);
    assert.ok(!ended, `${name} was created although the caches show that its run has ended`);
    const active = pods.filter(pod => pod.run === runOf(job) && mayRun(pod));
    assert.deepEqual(
      active.map(({ name }) => name),
      [],
      `${name} was created although the caches show an active pod of the run`,
    );
  }

  #checkOrder(run: Raw, stage: StageName, name: string): void {
    const { uid } = run.metadata;
    for (const earlier of stageNames.slice(0, stageNames.indexOf(stage))) {
      assert.ok(this.#reported.has(`${uid}/${earlier}`), `${name} was created before ${earlier} succeeded`);
    }
    assert.ok(!this.#done.has(`${uid}/${stage}`), `${name} was created although the stage had succeeded`);
  }

  /** Called after every step. */
  check(): void {
    for (const run of this.#list(trainingRuns)) {
      this.#checkEnd(run);
      this.#checkStages(run);
    }
    this.#checkOneActiveRun();
    this.#checkPods();
    this.#checkChampion();
  }

  /** A terminal condition never changes. */
  #checkEnd(run: Raw): void {
    const { name, uid } = run.metadata;
    const ends = ['Complete', 'Failed'].map(type => conditionOf(run.status, type)).filter(isSet);
    assert.ok(ends.length < 2, `${name} is both Complete and Failed`);
    const before = this.#ends.get(uid);
    const now = ends.map(({ type, reason, message }) => `${type} ${reason} ${message}`)[0];
    if (before !== undefined) assert.equal(now, before, `the end of ${name} changed`);
    else if (now !== undefined) this.#ends.set(uid, now);
  }

  /** Stages run in order: none starts before the previous one has succeeded, and a success is final. */
  #checkStages({ metadata: { name, uid }, status }: Raw): void {
    const stages: Raw[] = status?.stages ?? [];
    const open = stages.findIndex(({ state }) => state !== 'Succeeded' && state !== 'Reused');
    const after = open === -1 ? [] : stages.slice(open + 1);
    assert.ok(
      after.every(({ state }) => state === 'Pending' || state === 'Skipped'),
      `stages of ${name} out of order: ${stages.map(({ state }) => state)}`,
    );
    const done = new Set(stages.slice(0, open === -1 ? undefined : open).map(stage => stage.name));
    for (const stage of stageNames) {
      const known = `${uid}/${stage}`;
      if (done.has(stage)) this.#done.add(known);
      else assert.ok(!this.#done.has(known), `${stage} of ${name} had succeeded`);
    }
  }

  /** At most one run of a Model is active. */
  #checkOneActiveRun(): void {
    const active = this.#activeJobs().filter(({ metadata }) => !this.#late.has(metadata.uid));
    assert.ok(
      new Set(active.map(ownerOf)).size < 2,
      `active at the same time: ${active.map(({ metadata }) => metadata.name)}`,
    );
  }

  #activeJobs(): Raw[] {
    // A Job may have been created before the end of its run was observed; it is suspended once it is.
    const open = this.#list(trainingRuns).filter(run => endOf(run) === undefined);
    const runs = new Set(open.map(({ metadata }) => metadata.uid));
    const ended = new Set(
      this.#list(pods)
        .filter(pod => !isLive(pod))
        .map(ownerOf),
    );
    return this.#list(jobs).filter(
      job =>
        runs.has(ownerOf(job)) &&
        job.spec.suspend !== true &&
        endOf(job) === undefined &&
        !ended.has(job.metadata.uid),
    );
  }

  /** A Job has at most one live pod. */
  #checkPods(): void {
    const live = this.#list(pods).filter(pod => stageOf(pod) !== undefined && isLive(pod));
    for (const [job, own] of Map.groupBy(live, ownerOf)) {
      assert.ok(own.length < 2, `${own.length} pods of Job ${job} at once`);
    }
  }

  /** Only published or promoted versions are served, and each run is judged once. */
  #checkChampion(): void {
    const { champion, history = [] } = this.#model()?.status ?? {};
    for (const { version, outcome } of history) {
      if (outcome === 'Promoted' || outcome === 'Pinned') this.#promoted.add(version);
    }
    if (champion !== undefined)
      assert.ok(this.#promoted.has(champion.version), 'the champion was never promoted');
    for (const { spec } of this.#servers()) {
      const version = spec.template.metadata.labels[labels.version];
      // The Deployment may be written just before the status that records the promotion.
      const isAllowed = this.#promoted.has(version) || this.#published.has(version);
      assert.ok(isAllowed, `${version} is served without having been published or promoted`);
    }
    const verdicts = history.filter(({ outcome }: Raw) => judgements.includes(outcome));
    const judged = verdicts.map(({ runUid }: Raw) => runUid);
    assert.equal(new Set(judged).size, judged.length, `judged twice: ${judged}`);
  }

  /** Called when no controller has anything more to do. */
  checkAtRest(): void {
    for (const { metadata, status, spec } of this.#list(trainingRuns)) {
      assert.ok(endOf({ status }) !== undefined, `${metadata.name} has not ended`);
      if (spec.model === model && this.#model()?.status !== undefined)
        this.#checkJudged(metadata.name, status);
    }
    const active = this.#list(jobs).filter(job => job.spec.suspend !== true && endOf(job) === undefined);
    assert.deepEqual(active, [], 'Jobs are still active');
    const { champion } = this.#model()?.status ?? {};
    const served = this.#servers().map(({ spec }) => spec.template.metadata.labels[labels.version]);
    assert.deepEqual(served, champion === undefined ? [] : [champion.version]);
    for (const { spec } of this.#servers()) this.#checkServers(spec);
    for (const { spec } of this.#list(services)) assert.equal(spec.selector.app, undefined, 'selector');
    const { autoscaling, disruptionBudget } = this.#model()?.spec.serving ?? {};
    const expected = (setting: unknown) => (setting !== undefined && champion !== undefined ? 1 : 0);
    assert.equal(this.#list(autoscalers).length, expected(autoscaling), 'autoscalers');
    assert.equal(this.#list(disruptionBudgets).length, expected(disruptionBudget), 'disruption budgets');
  }

  /** Changes of others were undone. */
  #checkServers({ replicas, template }: Raw): void {
    const [server] = template.spec.containers;
    assert.equal(replicas, this.#model().spec.serving?.replicas ?? 1, 'replicas');
    assert.equal(server.image, someSettings().image, 'image');
    const names = server.env.map(({ name }: Raw) => name);
    for (const name of ['BELLWETHER_MODEL_DIR', 'NODE_OPTIONS']) assert.ok(names.includes(name), name);
  }

  #checkJudged(name: string, status: Raw): void {
    const promoted = conditionOf(status, 'Promoted');
    const isSettled = promoted?.status !== 'Unknown' || promoted.reason === 'AwaitingApproval';
    assert.ok(isSettled, `${name} was not judged: ${promoted?.reason}`);
  }

  #servers(): Raw[] {
    return this.#list(deployments).filter(deployment => ownerOf(deployment) !== undefined);
  }

  #model(): Raw {
    return this.#store.get(models, namespace, model);
  }

  #list(type: ResourceType): Raw[] {
    return this.#store.list(type, namespace);
  }
}

const judgements = ['Rejected', 'Inconclusive', 'Promoted'];

function isSet(condition: Raw): boolean {
  return condition?.status === 'True';
}

function mayRun({ phase, deleting, terminated }: PodResource): boolean {
  return terminated === null && (phase === 'Running' || (phase === 'Pending' && !deleting));
}
