/** The Job controller: makes pods one after the other, counts how they ended, and ends its Jobs. */
import { jobs, pods } from '../../../../src/controller/resources.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { endOf, isGoing, isLive, namespace, ownerOf, type Raw } from '../raw.ts';
import { comparedWith, permanent, running } from './stage-pods.ts';

interface Verdict {
  readonly type: 'Complete' | 'Failed';
  readonly reason: string;
}

export class JobController {
  readonly #store: ObjectStore;
  readonly #now: () => number;
  #pods = 0;

  constructor(store: ObjectStore, now: () => number) {
    this.#store = store;
    this.#now = now;
  }

  podsOf(job: Raw): Raw[] {
    return this.#store.list(pods, namespace).filter(pod => ownerOf(pod) === job.metadata.uid);
  }

  /** Its next look at everything. */
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
    const verdict = verdictOf(job, own, failures, this.#now() - (startTime ?? this.#now()));
    if (verdict !== null || suspended) this.#stop(own);
    // As podReplacementPolicy Failed has it: nothing is made, and nothing ended, while a pod is on its way out.
    const live = this.podsOf(job).filter(isLive);
    const makes = verdict === null && !suspended && live.length === 0;
    if (makes) this.#createPod(job);
    this.#status(job, {
      startTime,
      active: makes ? 1 : live.filter(pod => !isGoing(pod)).length,
      failed: failures.length,
      succeeded: own.filter(isSuccess).length,
      conditions: conditionsOf(verdict, live.length === 0),
    });
  }

  #stop(own: readonly Raw[]): void {
    for (const pod of own) if (isLive(pod)) this.#store.delete(pods, namespace, pod.metadata.name);
  }

  #createPod(job: Raw): void {
    const { uid, name } = job.metadata;
    const { env = [] } = job.spec.template.spec.containers[0];
    const champion = env.find((variable: Raw) => variable.name === 'BELLWETHER_CHAMPION')?.value;
    this.#store.create(pods, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name: `${name}-${++this.#pods}`,
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
    this.#store.update(jobs, namespace, job.metadata.name, draft => {
      draft.status = status;
    });
  }
}

/** Since 1.31 the last word is said only when every pod has ended; before it, what it will be. */
function conditionsOf(verdict: Verdict | null, allEnded: boolean) {
  if (verdict === null) return [];
  const { type, reason } = verdict;
  const target = type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  const conditions = [{ type: target, status: 'True', reason, message: '' }];
  return allEnded ? [...conditions, { type, status: 'True', reason, message: '' }] : conditions;
}

function verdictOf(job: Raw, own: readonly Raw[], failures: readonly Raw[], age: number): Verdict | null {
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

/** What the failure policy does not pass over. */
function isFailure({ status }: Raw): boolean {
  return status.phase === 'Failed' && !(status.conditions ?? []).some(isDisruption);
}

function isDisruption({ type, status }: Raw): boolean {
  return type === 'DisruptionTarget' && status === 'True';
}

function exitCodeOf({ status }: Raw): number {
  return status.containerStatuses?.[0]?.state.terminated.exitCode ?? -1;
}
