/** Suspends and resumes Jobs: the Job controller ends their pods, and creates new ones with new deadlines. */
import type { JobResource, PodResource } from '../../observation.ts';
import type { Action } from '../../plan.ts';
import { jobs } from '../../resources.ts';
import { hasEnded, isPermanent } from '../job-pods.ts';

/** Suspends the Jobs that are active. */
export function suspendJobs(candidates: readonly JobResource[], pods: readonly PodResource[]): Action[] {
  return candidates
    .filter(job => !job.suspended && job.finished === null && !job.deleting && !isEnding(job, pods))
    .map(job => suspend(job, true));
}

/** Resumes a suspended Job. */
export function resumeJob(job: JobResource): Action[] {
  return job.suspended && job.finished === null && !job.deleting ? [suspend(job, false)] : [];
}

/** Whether the action suspends a Job. */
export function isSuspend(action: Action): boolean {
  return action.kind === 'Merge' && (action.patch as ReturnType<typeof suspendPatch>).spec?.suspend === true;
}

/** Whether the Job controller is about to finish the Job: suspending it would keep the end from being recorded. */
function isEnding(job: JobResource, pods: readonly PodResource[]): boolean {
  return pods.some(
    pod =>
      pod.ownerUid === job.uid &&
      hasEnded(pod) &&
      pod.disrupted === null &&
      (pod.phase === 'Succeeded' || pod.terminated?.exitCode === 0 || isPermanent(pod.terminated)),
  );
}

/** With uid and resourceVersion, so that the patch applies only to the Job as observed. */
function suspend({ namespace, name, uid, resourceVersion }: JobResource, value: boolean): Action {
  return { kind: 'Merge', type: jobs, namespace, name, patch: suspendPatch(uid, resourceVersion, value) };
}

function suspendPatch(uid: string, resourceVersion: string, suspend: boolean) {
  return { metadata: { uid, resourceVersion }, spec: { suspend } };
}
