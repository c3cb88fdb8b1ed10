/** A stage has failed when trying again cannot help, or when its Job has given up. */
import type { JobResource, PodResource } from '../../../observation.ts';
import { truncate } from '../../conditions.ts';
import { camelCase, causeOf } from './cause.ts';
import type { Cause, StageContext, StageRule } from './finding.ts';
import { failedAttempts, isLive, isPermanent, podsDue } from './pods.ts';

/** An exit code that says so: the Job fails by its podFailurePolicy, a second or two later. */
export const permanentFailure: StageRule = context => {
  const failed = failedAttempts(context.pods);
  const pod = failed.find(({ terminated }) => isPermanent(terminated));
  if (pod === undefined) return null;
  return { kind: 'Failed', cause: causeOf(pod, context), attempts: attemptsOf(context, failed) };
};

/** The Job controller's verdict. */
export const jobFailure: StageRule = context => {
  const { job, pods, limits, now } = context;
  if (job?.finished?.type !== 'Failed') return null;
  const failed = failedAttempts(pods);
  const attempts = Math.max(attemptsOf(context, failed), job.failed);
  const { reason, message } = job.finished;
  if (reason === 'DeadlineExceeded') {
    const cause = {
      reason,
      message: `it took longer than its activeDeadlineSeconds of ${limits.activeDeadlineSeconds}, all attempts together.${lastFailure(failed, context)}`,
    };
    return { kind: 'Failed', cause, attempts };
  }
  // The end of the last attempt is on its way here: it has the cause.
  const due = podsDue(job, pods, now);
  if (due !== null || pods.some(isLive)) return { kind: 'Working', job, requeueAt: due };
  return { kind: 'Failed', cause: causeOfJob(failed, job, context, { reason, message }), attempts };
};

/** Attempts that have ended; what was seen before is not forgotten when pods are gone. */
export function attemptsOf({ status }: StageContext, failed: readonly PodResource[]): number {
  return Math.max(status.attempts ?? 0, failed.length);
}

function causeOfJob(
  failed: readonly PodResource[],
  job: JobResource,
  context: StageContext,
  said: Cause,
): Cause {
  const [newest] = failed;
  if (newest !== undefined) return causeOf(newest, context);
  const words = truncate(said.message, 1000) || 'it gives no cause';
  return {
    reason: camelCase(said.reason, 'JobFailed'),
    message: `Job ${job.name} failed and its pods are gone: ${words}`,
  };
}

function lastFailure(failed: readonly PodResource[], context: StageContext): string {
  const [newest] = failed;
  return newest === undefined ? '' : ` Its last attempt failed: ${causeOf(newest, context).message}`;
}
