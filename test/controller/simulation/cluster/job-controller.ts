/** The Job controller: creates one pod at a time, counts failures, and finishes Jobs. */
import { isDeepStrictEqual } from 'node:util';
import { jobs, pods } from '../../../../src/controller/resources.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { endOf, isDeleting, isLive, namespace, ownerOf, type Raw } from '../raw.ts';
import { comparedWith, permanent, running } from './stage-pods.ts';

interface Outcome {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
}

export class JobController {
  readonly #store: ObjectStore;
  readonly #now: () => number;
  /** How many pods were created for the Jobs of each name. */
  readonly #pods: Map<string, number>;

  constructor(store: ObjectStore, now: () => number, pods: ReadonlyMap<string, number> = new Map()) {
    this.#store = store;
    this.#now = now;
    this.#pods = new Map(pods);
  }

  get podCounts(): ReadonlyMap<string, number> {
    return this.#pods;
  }

  podsOf(job: Raw): Raw[] {
    return this.#store.list(pods, namespace).filter(pod => ownerOf(pod) === job.metadata.uid);
  }

  reconcile(): void {
    for (const job of this.#store.list(jobs, namespace) as Raw[]) {
      if (ownerOf(job) !== undefined && endOf(job) === undefined) this.#reconcile(job);
    }
  }

  #reconcile(job: Raw): void {
    const own = this.podsOf(job);
    const suspended = job.spec.suspend === true;
    const startTime = suspended ? undefined : (job.status?.startTime ?? this.#now());
    const failures = own.filter(isFailure);
    const outcome = outcomeOf(job, own, failures, this.#now() - (startTime ?? this.#now()));
    if (outcome !== null || suspended) this.#stop(own);
    // podReplacementPolicy Failed: no pod is created, and no Job finished, while a pod is terminating.
    const live = this.podsOf(job).filter(isLive);
    const creates = outcome === null && !suspended && live.length === 0;
    if (creates) this.#createPod(job);
    this.#status(job, {
      startTime,
      active: creates ? 1 : live.filter(pod => !isDeleting(pod)).length,
      failed: failures.length,
      succeeded: own.filter(isSuccess).length,
      conditions: conditionsOf(outcome, live.length === 0, job.status?.conditions ?? [], this.#now()),
    });
  }

  #stop(own: readonly Raw[]): void {
    for (const pod of own) if (isLive(pod)) this.#store.delete(pods, namespace, pod.metadata.name);
  }

  #createPod(job: Raw): void {
    const { uid, name } = job.metadata;
    const count = (this.#pods.get(name) ?? 0) + 1;
    this.#pods.set(name, count);
    const { env = [] } = job.spec.template.spec.containers[0];
    const champion = env.find((variable: Raw) => variable.name === 'BELLWETHER_CHAMPION')?.value;
    this.#store.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${count}`,
        namespace,
        labels: job.spec.template.metadata.labels,
        annotations: { ...(champion !== undefined && { [comparedWith]: champion }) },
        finalizers: [running],
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true }],
      },
      status: { phase: 'Pending' },
    });
  }

  #status(job: Raw, status: unknown): void {
    if (isDeepStrictEqual(job.status, status)) return;
    this.#store.update(jobs, namespace, job.metadata.name, draft => {
      draft.status = status;
    });
  }
}

/** Since Kubernetes 1.31, the final condition follows when every pod has ended; an interim condition announces it. */
function conditionsOf(outcome: Outcome | null, allEnded: boolean, before: readonly Raw[], now: number) {
  if (outcome === null) return [];
  const { type, reason } = outcome;
  const target = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  return (allEnded ? [target, type] : [target]).map(
    type =>
      before.find(condition => condition.type === type) ?? {
        type,
        status: 'True',
        reason,
        message: '',
        lastTransitionTime: new Date(now).toISOString(),
      },
  );
}

function outcomeOf(job: Raw, own: readonly Raw[], failures: readonly Raw[], age: number): Outcome | null {
  const before = (job.status?.conditions ?? [])[0];
  if (before !== undefined) {
    return { type: before.type === 'FailureTarget' ? 'Failed' : 'Complete', reason: before.reason };
  }
  if (own.some(isSuccess)) return { type: 'Complete', reason: 'CompletionsReached' };
  if (failures.some(pod => permanent.includes(exitCodeOf(pod)))) {
    return { type: 'Failed', reason: 'PodFailurePolicy' };
  }
  if (failures.length > job.spec.backoffLimit) return { type: 'Failed', reason: 'BackoffLimitExceeded' };
  return age >= job.spec.activeDeadlineSeconds * 1000 ? { type: 'Failed', reason: 'DeadlineExceeded' } : null;
}

function isSuccess({ status }: Raw): boolean {
  return status.phase === 'Succeeded';
}

/** A failure that the failure policy does not ignore. */
function isFailure({ status }: Raw): boolean {
  return status.phase === 'Failed' && !(status.conditions ?? []).some(isDisruption);
}

function isDisruption({ type, status }: Raw): boolean {
  return type === 'DisruptionTarget' && status === 'True';
}

function exitCodeOf({ status }: Raw): number {
  return status.containerStatuses?.[0]?.state.terminated.exitCode ?? -1;
}
