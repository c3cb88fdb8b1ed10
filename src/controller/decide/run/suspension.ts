/** Holding a Job and letting it go: the Job controller ends its pods, and makes new ones with new deadlines. */
import type { JobResource, PodResource } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { jobs } from '../../resources.ts';
import { hasEnded, isPermanent } from './stage/pods.ts';

/** Suspends those that could still do something. */
export function suspendJobs(candidates: readonly JobResource[], pods: readonly PodResource[]): Action[] {
  return candidates
    .filter(job => !job.suspended && job.finished === null && !job.deleting && !isEnding(job, pods))
    .map(job => suspend(job, true));
}

/** Lets a Job go on that was held. */
export function resumeJob(job: JobResource): Action[] {
  return job.suspended && job.finished === null && !job.deleting ? [suspend(job, false)] : [];
}

/** Whether the action holds a Job. */
export function isSuspend(action: Action): boolean {
  return action.kind === 'Merge' && (action.patch as ReturnType<typeof suspendPatch>).spec?.suspend === true;
}

/** A Job whose end is certain is left to record it. */
function isEnding(job: JobResource, pods: readonly PodResource[]): boolean {
  return pods.some(
    pod =>
      pod.ownerUid === job.uid &&
      hasEnded(pod) &&
      pod.disrupted === null &&
      (pod.phase === 'Succeeded' || pod.terminated?.exitCode === 0 || isPermanent(pod.terminated)),
  );
}

/**
 * Only of the very Job that was observed, as it was: a namesake's, or one that was held since, is not for this
 * decision.
 */
function suspend({ namespace, name, uid, resourceVersion }: JobResource, value: boolean): Action {
  return { kind: 'Merge', type: jobs, namespace, name, patch: suspendPatch(uid, resourceVersion, value) };
}

function suspendPatch(uid: string, resourceVersion: string, suspend: boolean) {
  return { metadata: { uid, resourceVersion }, spec: { suspend } };
}
