/**
 * A cluster in memory with two processes of the operator, one of which leads. They run the operator's code (caches,
 * readers, observe, decide, act) one step at a time, and the invariants are checked after every step.
 */
import assert from 'node:assert/strict';
import { models, trainingRuns } from '../../../src/controller/resources.ts';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import { type Draft, ObjectStore } from '../../kubernetes/object-store.ts';
import { noon } from '../builders.ts';
import { ApiServer } from './api-server.ts';
import { reconcileDeployments } from './cluster/deployment-controller.ts';
import { freeNames } from './cluster/foreign-objects.ts';
import { collectGarbage } from './cluster/garbage-collector.ts';
import { JobController } from './cluster/job-controller.ts';
import { type PodEnd, right, StagePods } from './cluster/stage-pods.ts';
import { Invariants } from './invariants.ts';
import { OperatorProcess } from './operator-process.ts';
import { endOf, forbiddenImage, isDeleting, model, namespace, type Raw } from './raw.ts';

export interface Step {
  readonly take: (world: World) => void | Promise<void>;
}

export class World {
  now = noon;
  readonly store = new ObjectStore(() => this.now);
  readonly pods = new StagePods(this.store, () => this.now);
  readonly jobs = new JobController(this.store, () => this.now);
  readonly invariants = new Invariants(this.store);
  readonly #api = new ApiServer(this.store);
  readonly #processes = [this.#process(), this.#process()] as const;
  #leading: 0 | 1 = 0;

  get leader(): OperatorProcess {
    return this.#processes[this.#leading];
  }

  /** The other process: it waits for the Lease, or has lost it in the middle of a write. */
  get standby(): OperatorProcess {
    return this.#processes[this.#leading === 0 ? 1 : 0];
  }

  get writes(): number {
    return this.#processes.reduce((sum, { faults }) => sum + faults.writes, 0);
  }

  /** `run reason` of the log lines of both processes. */
  get announced(): string[] {
    return this.#processes.flatMap(({ announced }) => announced);
  }

  /** The kinds of the transitions that both processes counted. */
  get counted(): string[] {
    return this.#processes.flatMap(({ counted }) => counted.map(({ kind }) => kind));
  }

  runs(): Raw[] {
    return this.store.list(trainingRuns, namespace);
  }

  run(name: string): Raw {
    return this.store.get(trainingRuns, namespace, name);
  }

  model(): Raw {
    return this.store.get(models, namespace, model);
  }

  /** The standby takes over and lists all objects again. */
  failOver(): void {
    this.#leading = this.#leading === 0 ? 1 : 0;
    this.leader.restart();
  }

  endPod(pod: Raw, end: PodEnd): void {
    const message = this.pods.end(pod, end);
    if (end.exitCode === 0 && end.report === 'right') this.invariants.reported(pod, message);
  }

  /** Calls `act` with one of the pods that have not ended, if there are any. */
  withPod(which: number, act: (pod: Raw) => void): void {
    const live = this.pods.live();
    if (live.length > 0) act(live[which % live.length]);
  }

  /** An edit by a user. */
  edit(
    { metadata: { name } }: KubernetesObject,
    type: typeof models,
    change: (draft: Draft & Raw) => void,
  ): void {
    this.store.update(type, namespace, name, change);
  }

  async take({ take }: Step): Promise<void> {
    await take(this);
    this.invariants.check();
  }

  /** Runs without faults until every run has ended and the operator has nothing more to do. */
  async settle(): Promise<void> {
    await this.#removeDisturbances();
    for (let round = 0; round < 400; round++) {
      const before = this.store.version;
      await this.#round();
      if (this.store.version > before) continue;
      const { requeueAt } = this.leader;
      if (requeueAt === null) return this.invariants.checkAtRest();
      this.now = Math.max(this.now, requeueAt) + 1;
    }
    const unfinished = this.runs().filter(run => endOf(run) === undefined);
    assert.fail(
      `the operator does not come to rest:\n${JSON.stringify([this.model(), ...unfinished], null, 1)}`,
    );
  }

  /** Ends outside influence: delayed writes, suspended, unselected, forbidden runs, schedules, foreign objects. */
  async #removeDisturbances(): Promise<void> {
    for (const process of this.#processes) await this.invariants.allowLate(() => process.land());
    for (const run of this.runs()) {
      this.edit(run, trainingRuns, draft => {
        draft.spec = { ...draft.spec, suspend: false };
        if (draft.spec.podTemplate?.image === forbiddenImage) delete draft.spec.podTemplate;
      });
    }
    if (this.model() !== null) {
      this.edit(this.model(), models, draft => {
        delete draft.spec.schedule;
        delete draft.spec.promotion;
      });
    }
    freeNames(this.store);
  }

  /** Each controller reconciles everything once. */
  async #round(): Promise<void> {
    this.leader.catchUp();
    await this.take({ take: () => this.leader.reconcile(null) });
    reconcileDeployments(this.store, true);
    this.jobs.reconcile();
    collectGarbage(this.store);
    this.pods.dropUnstarted();
    for (const pod of this.pods.live()) {
      this.endPod(pod, isDeleting(pod) ? { exitCode: 143, cause: 'Disrupted' } : right);
    }
    this.invariants.check();
  }

  #process(): OperatorProcess {
    return new OperatorProcess(this.store, this.#api, this.invariants, () => this.now);
  }
}
