/**
 * A pod without an image, a node or a volume never starts and never fails. Until `startDeadlineSeconds` have passed the
 * status reports why it does not start; after that the stage fails with that cause.
 */
import { formatTime } from '../../../time.ts';
import { failedAttempts, isLive } from '../../job-pods.ts';
import { attemptsOf } from './failure.ts';
import type { Cause, StageContext, StageRule } from './finding.ts';

import { startProblem } from './start-problem.ts';

/** Counts from the pod's creation; for a Job without any pod, from the Job's creation or the run's resumption. */
export const startDeadline: StageRule = context => {
  const { job, pods, now, status } = context;
  if (job === null || job.suspended || job.finished !== null) return null;
  const due = startDue(context);
  if (due === null) return null;
  const pod = pods.find(isLive);
  const problem = pod === undefined ? null : startProblem(pod);
  if (now >= due) {
    const attempts = attemptsOf(context, failedAttempts(pods));
    return { kind: 'Failed', cause: deadlineExceeded(context, problem), attempts };
  }
  if (problem === null) return null;
  const cause = keepFirst(problem, `(the stage fails at ${formatTime(due)} unless its pod starts)`, status);
  return { kind: 'Blocked', job, cause, requeueAt: due };
};

/** When the start deadline passes, in milliseconds since the epoch; null when no pod is expected to start. */
export function startDue({ job, pods, limits, clockStart }: StageContext): number | null {
  if (job === null || job.suspended || job.finished !== null) return null;
  const deadline = limits.startDeadlineSeconds * 1000;
  const live = pods.find(isLive);
  if (live !== undefined) return live.running ? null : live.createdAt + deadline;
  // Between two attempts the Job waits with backoff: its own deadline limits that.
  if (pods.length > 0 || job.failed > 0 || job.succeeded > 0 || job.active > 0) return null;
  return Math.max(job.createdAt, clockStart) + deadline;
}

/**
 * Schedulers and kubelets rephrase the same problem every few seconds. The first message for each reason and pod is
 * kept, so that the status is not rewritten as often; the latest one is reported when the stage fails.
 */
function keepFirst({ reason, message }: Cause, ending: string, before: StageContext['status']): Cause {
  const isKnown = before.reason === reason && before.message?.endsWith(ending) === true;
  return { reason, message: isKnown ? (before.message ?? '') : `${message} ${ending}` };
}

function deadlineExceeded({ job, pods, limits }: StageContext, problem: Cause | null): Cause {
  const after = `did not start within startDeadlineSeconds (${limits.startDeadlineSeconds} s)`;
  if (problem !== null) return { reason: problem.reason, message: `its pod ${after}: ${problem.message}` };
  const message = pods.some(isLive)
    ? `its pod ${after}, and the kubelet reports no cause: it is still pulling the image, or cannot mount the volume. ` +
      `See \`kubectl describe pod -l batch.kubernetes.io/job-name=${job?.name}\`.`
    : `its pod ${after}: Job ${job?.name} could not create one (a quota or an admission rule), or the Job controller ` +
      `is down. See \`kubectl describe job ${job?.name}\`.`;
  return { reason: 'StartDeadlineExceeded', message };
}
