/** What must never happen, whatever happens. */
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
  trainingRuns,
} from '../../../src/controller/resources.ts';
import type { ResourceType } from '../../../src/kubernetes/resource.ts';
import type { ObjectStore } from '../../kubernetes/object-store.ts';
import { conditionOf, endOf, isLive, model, namespace, ownerOf, type Raw, runOf, stageOf } from './raw.ts';

interface Maker {
  readonly runs: readonly RunResource[];
  readonly pods: readonly PodResource[];
  /** It has lost its Lease since it sent the request. */
  readonly isLate: boolean;
}

export class Promises {
  readonly #store: ObjectStore;
  /** Of every Job there ever was, by its uid: the run's uid and the stage, as `uid/stage`. */
  readonly #stages = new Map<string | undefined, string>();
  /** `uid/stage` of every stage whose pod ended well and said so. */
  readonly #reported = new Set<string>();
  /** Versions that an Evaluate published. */
  readonly #published = new Set<string>();
  /** Versions that were promoted or pinned. */
  readonly #worthy = new Set<string>();
  /** How each run ended, by uid: the condition as it was first written. */
  readonly #ends = new Map<string, string>();
  /** `uid/stage` of stages that a status has called done. */
  readonly #done = new Set<string>();
  /** Jobs that were made or released by a process that had lost its Lease: nobody can prevent that. */
  readonly #late = new Set<string>();

  constructor(store: ObjectStore) {
    this.#store = store;
    store.onChange(({ plural, after }) => {
      if (plural !== jobs.plural || after === null) return;
      this.#stages.set(after.metadata.uid, `${ownerOf(after)}/${stageOf(after)}`);
    });
  }

  /** A pod of a stage ended well, and said so. */
  reported(pod: Raw, message: string): void {
    this.#reported.add(this.#stages.get(ownerOf(pod)) ?? '');
    const { version } = JSON.parse(message);
    if (version !== undefined) this.#published.add(version);
  }

  /** @param land lets a write arrive that was sent long ago. */
  async late(land: () => Promise<void>): Promise<void> {
    const before = new Set(this.#atWork().map(({ metadata }) => metadata.uid));
    await land();
    for (const { metadata } of this.#atWork()) if (!before.has(metadata.uid)) this.#late.add(metadata.uid);
  }

  /** @param maker what the process that makes it knows: nobody can heed what has not reached it. */
  creatingJob(job: Raw, { runs, pods, isLate }: Maker): void {
    const uid = ownerOf(job);
    const run = this.#list(trainingRuns).find(({ metadata }) => metadata.uid === uid);
    const stage = stageOf(job);
    if (run === undefined || stage === undefined) return;
    const said = `Job ${job.metadata.name}`;
    const namesakes = this.#list(jobs).filter(other => ownerOf(other) === uid && stageOf(other) === stage);
    assert.equal(namesakes.length, 0, `${said} is the second one of its stage`);
    if (isLate) return;
    this.#checkOrder(run, stage, said);
    const ended = runs.some(({ uid, status }) => uid === run.metadata.uid && endOf({ status }) !== undefined);
    assert.ok(!ended, `${said} was created although its run was known to have ended`);
    const working = pods.filter(pod => pod.run === runOf(job) && mayWork(pod));
    assert.deepEqual(
      working.map(({ name }) => name),
      [],
      `${said} was created although a pod of the run was known to work`,
    );
  }

  #checkOrder(run: Raw, stage: StageName, said: string): void {
    const { uid } = run.metadata;
    for (const earlier of stageNames.slice(0, stageNames.indexOf(stage))) {
      assert.ok(this.#reported.has(`${uid}/${earlier}`), `${said} was created before ${earlier} ended well`);
    }
    assert.ok(!this.#done.has(`${uid}/${stage}`), `${said} was created although the stage had ended well`);
  }

  /** After every step. */
  check(): void {
    for (const run of this.#list(trainingRuns)) {
      this.#checkEnd(run);
      this.#checkStages(run);
    }
    this.#checkTurns();
    this.#checkPods();
    this.#checkChampion();
  }

  /** Terminal stays terminal, and as it was. */
  #checkEnd(run: Raw): void {
    const { name, uid } = run.metadata;
    const ends = ['Complete', 'Failed'].map(type => conditionOf(run.status, type)).filter(isSet);
    assert.ok(ends.length < 2, `${name} is both Complete and Failed`);
    const before = this.#ends.get(uid);
    const now = ends.map(({ type, reason, message }) => `${type} ${reason} ${message}`)[0];
    if (before !== undefined) assert.equal(now, before, `${name} had ended`);
    else if (now !== undefined) this.#ends.set(uid, now);
  }

  /** In their order, each once: nothing after one that has not succeeded, and what has succeeded has. */
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
      else assert.ok(!this.#done.has(known), `${stage} of ${name} had ended well`);
    }
  }

  /** Two runs of a Model never work at once. */
  #checkTurns(): void {
    const atWork = this.#atWork().filter(({ metadata }) => !this.#late.has(metadata.uid));
    assert.ok(
      new Set(atWork.map(ownerOf)).size < 2,
      `at work at once: ${atWork.map(({ metadata }) => metadata.name)}`,
    );
  }

  #atWork(): Raw[] {
    // The Job of one that has ended may have been made before that was known: it is held as soon as it is.
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

  /** A Job has one pod at a time. */
  #checkPods(): void {
    const live = this.#list(pods).filter(isLive);
    for (const [job, own] of Map.groupBy(live, ownerOf)) {
      assert.ok(own.length < 2, `${own.length} pods of Job ${job} at once`);
    }
  }

  /** What serves was proved, and each run was judged once. */
  #checkChampion(): void {
    const { champion, history = [] } = this.#model()?.status ?? {};
    for (const { version, outcome } of history) {
      if (outcome === 'Promoted' || outcome === 'Pinned') this.#worthy.add(version);
    }
    if (champion !== undefined)
      assert.ok(this.#worthy.has(champion.version), 'the champion was never promoted');
    for (const { spec } of this.#servers()) {
      const version = spec.template.metadata.labels[labels.version];
      // It may be rolled out just before the status that says so is written.
      const isProved = this.#worthy.has(version) || this.#published.has(version);
      assert.ok(isProved, `${version} serves, and was never proved`);
    }
    const verdicts = history.filter(({ outcome }: Raw) => judgements.includes(outcome));
    const judged = verdicts.map(({ runUid }: Raw) => runUid);
    assert.equal(new Set(judged).size, judged.length, `judged twice: ${judged}`);
  }

  /** Once everything has come to rest, and nobody has anything more to do. */
  checkAtRest(): void {
    for (const { metadata, status, spec } of this.#list(trainingRuns)) {
      assert.ok(endOf({ status }) !== undefined, `${metadata.name} has not ended`);
      if (spec.model === model && this.#model()?.status !== undefined)
        this.#checkJudged(metadata.name, status);
    }
    const working = this.#list(jobs).filter(job => job.spec.suspend !== true && endOf(job) === undefined);
    assert.deepEqual(working, [], 'Jobs still work');
    const { champion } = this.#model()?.status ?? {};
    const served = this.#servers().map(({ spec }) => spec.template.metadata.labels[labels.version]);
    assert.deepEqual(served, champion === undefined ? [] : [champion.version]);
    const { autoscaling, disruptionBudget } = this.#model()?.spec.serving ?? {};
    const wanted = (asked: unknown) => (asked !== undefined && champion !== undefined ? 1 : 0);
    assert.equal(this.#list(autoscalers).length, wanted(autoscaling), 'autoscalers');
    assert.equal(this.#list(disruptionBudgets).length, wanted(disruptionBudget), 'disruption budgets');
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

function mayWork({ phase, deleting, terminated }: PodResource): boolean {
  return terminated === null && (phase === 'Running' || (phase === 'Pending' && !deleting));
}
