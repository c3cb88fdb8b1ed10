/** A failure that may pass: the Job tries again by itself, and the status says how often it has and why. */
import { causeOf } from './cause.ts';
import { attemptsOf } from './failure.ts';
import type { StageRule } from './finding.ts';
import { failedAttempts } from './pods.ts';
import { startDue } from './start-deadline.ts';

export const retry: StageRule = context => {
  const { job, pods, limits } = context;
  const failed = failedAttempts(pods);
  const [newest] = failed;
  // After the last attempt the Job is about to say that it has given up.
  if (job === null || newest === undefined || failed.length > limits.backoffLimit) return null;
  const attempts = attemptsOf(context, failed);
  const { reason, message } = causeOf(newest, context);
  const words = `Attempt ${attempts} of ${limits.backoffLimit + 1} failed and the stage is tried again: ${message}`;
  return {
    kind: 'Retrying',
    job,
    cause: { reason, message: words },
    attempts,
    requeueAt: startDue(context),
  };
};
