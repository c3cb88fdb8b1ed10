/** The rest of a cluster, as far as the operator can see it: Jobs get pods, pods end, Deployments become ready. */
import { stageNames } from '../../../src/api/artifacts.ts';
import { labels } from '../../../src/api/group.ts';
import { deployments, jobs, pods, trainingRuns } from '../../../src/controller/resources.ts';
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';
import type { ObjectStore } from '../../kubernetes/object-store.ts';

// biome-ignore lint/suspicious/noExplicitAny: raw objects are read here as deep as the API server keeps them
type Raw = any;

export const namespace = 'default';
const permanent = [64, 65, 66];

export type PodEnd =
  | {
      readonly exitCode: 0;
      readonly report: 'right' | 'missing' | 'garbled';
      readonly quality: 'good' | 'bad';
    }
  | { readonly exitCode: 1 | 64 | 65 | 66 | 75 | 137 }
  | { readonly exitCode: 143; readonly disrupted: true };

export class Cluster {
  readonly #store: ObjectStore;
  readonly #now: () => number;
  #pods = 0;

  constructor(store: ObjectStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  list(type: typeof jobs): Raw[] {
    return this.#store.list(type, namespace) as Raw[];
  }

  podsOf(job: Raw): Raw[] {
    return this.list(pods).filter(pod => pod.metadata.ownerReferences[0].uid === job.metadata.uid);
  }

  /** Pods whose container has not ended. */
  livePods(): Raw[] {
    return this.list(pods).filter(isLive);
  }

  startPod(pod: Raw): void {
    this.#status(pods, pod, {
      phase: 'Running',
      containerStatuses: [{ name: 'stage', state: { running: {} } }],
    });
  }

  holdPod(pod: Raw): void {
    const waiting = { reason: 'ImagePullBackOff', message: 'no such image' };
    this.#status(pods, pod, { phase: 'Pending', containerStatuses: [{ name: 'stage', state: { waiting } }] });
  }

  endPod(pod: Raw, end: PodEnd): void {
    const { exitCode } = end;
    const finishedAt = new Date(this.#now()).toISOString();
    const reasons: Record<number, string> = { 0: 'Completed', 137: 'OOMKilled' };
    const reason = reasons[exitCode] ?? 'Error';
    const terminated = {
      exitCode,
      reason,
      message: this.#message(pod, end),
      startedAt: finishedAt,
      finishedAt,
    };
    this.#status(pods, pod, {
      phase: exitCode === 0 ? 'Succeeded' : 'Failed',
      ...('disrupted' in end && {
        conditions: [{ type: 'DisruptionTarget', status: 'True', message: 'drained' }],
      }),
      containerStatuses: [{ name: 'stage', state: { terminated } }],
    });
  }

  /** The next look of the Job controller, and of the garbage collector, at everything. */
  reconcileJobs(): void {
    const owners = new Set(this.list(trainingRuns).map(({ metadata }) => metadata.uid));
    for (const { metadata } of this.list(jobs)) {
      if (!owners.has(metadata.ownerReferences[0].uid)) this.#store.delete(jobs, namespace, metadata.name);
    }
    for (const job of this.list(jobs)) this.#reconcileJob(job);
  }

  /** The Deployment controller's: the new version becomes ready, or never does. */
  reconcileDeployments(healthy: boolean): void {
    for (const deployment of this.list(deployments)) {
      const replicas = deployment.spec.replicas ?? 1;
      const { generation } = deployment.metadata;
      const ready = healthy ? replicas : 0;
      const progressing = healthy
        ? { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message: '' }
        : { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'deadline' };
      this.#status(deployments, deployment, {
        observedGeneration: generation,
        replicas,
        updatedReplicas: replicas,
        readyReplicas: ready,
        availableReplicas: ready,
        conditions: [progressing],
      });
    }
  }

  #reconcileJob(job: Raw): void {
    if (isFinished(job)) return;
    const own = this.podsOf(job);
    if (job.spec.suspend === true) {
      for (const pod of own.filter(isLive)) this.#store.delete(pods, namespace, pod.metadata.name);
      this.#status(jobs, job, { ...job.status, active: 0 });
      return;
    }
    const ended = own.filter(pod => !isLive(pod)).map(endOf);
    const failed = ended.filter(({ exitCode, disrupted }) => exitCode !== 0 && !disrupted);
    const succeeded = ended.filter(({ exitCode }) => exitCode === 0).length;
    const condition = ending(
      succeeded,
      failed.map(({ exitCode }) => exitCode),
      job.spec.backoffLimit,
    );
    const active = own.filter(isLive).length + (condition === null && !own.some(isLive) ? 1 : 0);
    if (condition === null && !own.some(isLive)) this.#createPod(job);
    const conditions = condition === null ? [] : [{ status: 'True', message: '', ...condition }];
    this.#status(jobs, job, {
      active: condition === null ? active : 0,
      failed: failed.length,
      succeeded,
      conditions,
    });
  }

  #createPod(job: Raw): void {
    const { uid, name } = job.metadata;
    this.#store.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${++this.#pods}`,
        namespace,
        labels: job.spec.template.metadata.labels,
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true }],
      },
      status: { phase: 'Pending' },
    });
  }

  #message(pod: Raw, end: PodEnd): string {
    const stage = stageNames.find(stage => stage.toLowerCase() === pod.metadata.labels[labels.stage]);
    if (end.exitCode !== 0) {
      const kind = permanent.includes(end.exitCode) ? 'Permanent' : 'Transient';
      const known = end.exitCode === 75 || permanent.includes(end.exitCode);
      return known
        ? JSON.stringify({ stage, state: 'Failed', kind, reason: 'NoData', message: 'no bars' })
        : 'log';
    }
    if (end.report !== 'right') return end.report === 'missing' ? '' : '{"stage":"Fe';
    const digest = 'a'.repeat(64);
    const version = String(this.#pods).padStart(12, '0');
    return JSON.stringify({
      stage,
      state: 'Succeeded',
      inputDigest: digest,
      outputDigest: digest,
      metrics: stage === 'Evaluate' ? figures(end.quality) : {},
      ...(stage === 'Evaluate' && { version }),
    });
  }

  #status(type: typeof jobs, object: KubernetesObject, status: unknown): void {
    this.#store.update(type, namespace, object.metadata.name, draft => {
      draft.status = status;
    });
  }
}

function isLive(pod: Raw): boolean {
  return pod.status.phase === 'Pending' || pod.status.phase === 'Running';
}

export function isFinished(job: Raw): boolean {
  return (job.status?.conditions ?? []).length > 0;
}

function endOf(pod: Raw): { exitCode: number; disrupted: boolean } {
  const { exitCode } = pod.status.containerStatuses[0].state.terminated;
  return { exitCode, disrupted: pod.status.conditions !== undefined };
}

function ending(succeeded: number, failures: readonly number[], backoffLimit: number) {
  if (succeeded > 0) return { type: 'Complete', reason: 'CompletionsReached' };
  if (failures.some(code => permanent.includes(code))) return { type: 'Failed', reason: 'PodFailurePolicy' };
  if (failures.length > backoffLimit) return { type: 'Failed', reason: 'BackoffLimitExceeded' };
  return null;
}

/** A first champion needs the floors alone; `bad` misses them. */
function figures(quality: 'good' | 'bad'): Record<string, string> {
  return {
    symbol: 'AAPL',
    holdoutFrom: '2017-06-01',
    holdoutTo: '2018-05-11',
    rmse: '0.0142',
    meanRmse: '0.0142',
    rmseRatio: quality === 'good' ? '1' : '1.2',
    walkForwardRmseRatio: '1',
    accuracy: '0.9',
    persistenceAccuracy: '0.85',
    walkForwardAccuracy: '0.9',
    walkForwardPersistenceAccuracy: '0.85',
  };
}
