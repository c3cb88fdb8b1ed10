/** A transient failure: the Job retries by itself; the status records the number of attempts and the cause. */

import { failedAttempts } from '../../job-pods.ts';
import { causeOf } from './cause.ts';
import { attemptsOf } from './failure.ts';
import type { StageRule } from './finding.ts';
import { startCheckDue } from './start-deadline.ts';

export const retry: StageRule = context => {
  const { job, pods, limits } = context;
  const failed = failedAttempts(pods);
  const [newest] = failed;
  // After the last attempt the Job is about to fail.
  if (job === null || newest === undefined || failed.length > limits.backoffLimit) return null;
  const attempts = attemptsOf(context, failed);
  const cause = causeOf(newest, context);
  const message = `Attempt ${attempts} of ${limits.backoffLimit + 1} failed and will be retried: ${cause.message}`;
  return {
    kind: 'Retrying',
    job,
    cause: { reason: cause.reason, message },
    attempts,
    requeueAt: startCheckDue(context),
  };
};
