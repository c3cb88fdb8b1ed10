/** The rules by which a stage has failed: a permanent exit code, or a failed Job. */
import type { JobResource, PodResource } from '../../../observation.ts';
import { truncate } from '../../conditions.ts';
import { failedAttempts, isLive, isPermanent, podsDue } from '../../job-pods.ts';
import { camelCase, causeOf } from './cause.ts';
import type { Cause, StageContext, StageRule } from './finding.ts';

/** A pod ended with a permanent exit code. The Job fails by its podFailurePolicy a second or two later. */
export const permanentFailure: StageRule = context => {
  const failed = failedAttempts(context.pods);
  const pod = failed.find(({ terminated }) => isPermanent(terminated));
  if (pod === undefined) return null;
  return { kind: 'Failed', cause: causeOf(pod, context), attempts: attemptsOf(context, failed) };
};

/** The Job has the condition Failed. */
export const jobFailure: StageRule = context => {
  const { job, pods, limits, now } = context;
  if (job?.finished?.type !== 'Failed') return null;
  const failed = failedAttempts(pods);
  const attempts = Math.max(attemptsOf(context, failed), job.failed);
  const { reason, message } = job.finished;
  if (reason === 'DeadlineExceeded') {
    const cause = {
      reason,
      message: `it took longer than its activeDeadlineSeconds of ${limits.activeDeadlineSeconds}, counted over all attempts.${lastFailure(failed, context)}`,
    };
    return { kind: 'Failed', cause, attempts };
  }
  // The watch has not delivered the end of the last attempt yet, which has the cause.
  const due = podsDue(job, pods, now);
  if (due !== null || pods.some(isLive)) return { kind: 'Running', job, requeueAt: due };
  return { kind: 'Failed', cause: causeOfJob(failed, job, context, { reason, message }), attempts };
};

/** Attempts that have ended: the stored number where pods have been deleted since. */
export function attemptsOf({ status }: StageContext, failed: readonly PodResource[]): number {
  return Math.max(status.attempts ?? 0, failed.length);
}

function causeOfJob(
  failed: readonly PodResource[],
  job: JobResource,
  context: StageContext,
  condition: Cause,
): Cause {
  const [newest] = failed;
  if (newest !== undefined) return causeOf(newest, context);
  const details = truncate(condition.message, 1000) || 'it reports no cause';
  return {
    reason: camelCase(condition.reason, 'JobFailed'),
    message: `Job ${job.name} failed and its pods are gone: ${details}`,
  };
}

function lastFailure(failed: readonly PodResource[], context: StageContext): string {
  const [newest] = failed;
  return newest === undefined ? '' : ` Its last attempt failed: ${causeOf(newest, context).message}`;
}
