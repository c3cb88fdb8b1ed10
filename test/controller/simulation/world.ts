/**
 * A cluster of plain memory with two processes of the operator in it, of which one leads: the operator's own code
 * (caches, readers, observe, decide, act), one step at a time. After every step its promises are checked.
 */
import assert from 'node:assert/strict';
import { models, trainingRuns } from '../../../src/controller/resources.ts';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import { type Draft, ObjectStore } from '../../kubernetes/object-store.ts';
import { noon } from '../builders.ts';
import { ApiServer } from './api-server.ts';
import { reconcileDeployments } from './cluster/deployment-controller.ts';
import { collectGarbage } from './cluster/garbage-collector.ts';
import { JobController } from './cluster/job-controller.ts';
import { type PodEnd, right, StagePods } from './cluster/stage-pods.ts';
import { freeNames } from './cluster/strangers.ts';
import { OperatorProcess } from './operator-process.ts';
import { Promises } from './promises.ts';
import { endOf, isGoing, model, namespace, type Raw } from './raw.ts';

export interface Step {
  readonly take: (world: World) => void | Promise<void>;
}

export class World {
  now = noon;
  readonly store = new ObjectStore(() => this.now);
  readonly pods = new StagePods(this.store, () => this.now);
  readonly jobs = new JobController(this.store, () => this.now);
  readonly promises = new Promises(this.store);
  readonly #api = new ApiServer(this.store);
  readonly #processes = [this.#process(), this.#process()] as const;
  #leading: 0 | 1 = 0;

  get leader(): OperatorProcess {
    return this.#processes[this.#leading];
  }

  /** The other one: it waits, or has lost its Lease in the middle of a write. */
  get standby(): OperatorProcess {
    return this.#processes[this.#leading === 0 ? 1 : 0];
  }

  get writes(): number {
    return this.#processes.reduce((sum, { faults }) => sum + faults.writes, 0);
  }

  /** By all logs together, and all counters. */
  get told(): string[] {
    return this.#processes.flatMap(({ told }) => told);
  }

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

  /** The standby takes over, with caches that it fills anew. */
  failOver(): void {
    this.#leading = this.#leading === 0 ? 1 : 0;
    this.leader.restart();
  }

  endPod(pod: Raw, end: PodEnd): void {
    const lastWords = this.pods.end(pod, end);
    if (end.exitCode === 0 && end.report === 'right') this.promises.reported(pod, lastWords);
  }

  /** One of the pods that have not ended, if there are any. */
  withPod(which: number, act: (pod: Raw) => void): void {
    const live = this.pods.live();
    if (live.length > 0) act(live[which % live.length]);
  }

  /** As a person edits it. */
  edit(
    { metadata: { name } }: KubernetesObject,
    type: typeof models,
    change: (draft: Draft & Raw) => void,
  ): void {
    this.store.update(type, namespace, name, change);
  }

  async take({ take }: Step): Promise<void> {
    await take(this);
    this.promises.check();
  }

  /** From now on all goes well: to the end of every run, and until the operator has nothing more to do. */
  async settle(): Promise<void> {
    await this.#calm();
    for (let round = 0; round < 400; round++) {
      const before = this.store.version;
      await this.#round();
      if (this.store.version > before) continue;
      const { requeueAt } = this.leader;
      if (requeueAt === null) return this.promises.checkAtRest();
      this.now = Math.max(this.now, requeueAt) + 1;
    }
    const left = this.runs().filter(run => endOf(run) === undefined);
    assert.fail(`it never comes to rest:\n${JSON.stringify([this.model(), ...left], null, 1)}`);
  }

  /** People let go of what they hold, and nothing more comes from outside. */
  async #calm(): Promise<void> {
    for (const process of this.#processes) await this.promises.late(() => process.land());
    for (const run of this.runs()) {
      this.edit(run, trainingRuns, draft => {
        draft.spec = { ...draft.spec, suspend: false };
      });
    }
    if (this.model() !== null) {
      this.edit(this.model(), models, draft => {
        delete draft.spec.schedule;
      });
    }
    freeNames(this.store);
  }

  /** Everybody looks once at everything. */
  async #round(): Promise<void> {
    this.leader.catchUp();
    await this.take({ take: () => this.leader.reconcile(null) });
    reconcileDeployments(this.store, true);
    this.jobs.reconcile();
    collectGarbage(this.store);
    this.pods.dropUnstarted();
    for (const pod of this.pods.live()) {
      this.endPod(pod, isGoing(pod) ? { exitCode: 143, cause: 'Disrupted' } : right);
    }
    this.promises.check();
  }

  #process(): OperatorProcess {
    return new OperatorProcess(this.store, this.#api, this.promises, () => this.now);
  }
}
