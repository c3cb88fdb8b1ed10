/**
 * A pod that never starts never fails by itself: no image, no node, no volume. Within `startDeadlineSeconds` it may
 * yet start, and the status says what it waits for; after that the stage has failed for that cause.
 */
import { formatTime } from '../../../time.ts';
import { attemptsOf } from './failure.ts';
import type { Cause, StageContext, StageRule } from './finding.ts';
import { failedAttempts, isLive } from './pods.ts';
import { startProblem } from './start-problem.ts';

/** Counts from the pod's creation; for a Job without any pod, from the Job's or the run's resumption. */
export const startDeadline: StageRule = context => {
  const { job, pods, now, status } = context;
  if (job === null || job.suspended || job.finished !== null) return null;
  const due = startDue(context);
  if (due === null) return null;
  const pod = pods.find(isLive);
  const problem = pod === undefined ? null : startProblem(pod);
  if (now >= due) {
    const attempts = attemptsOf(context, failedAttempts(pods));
    return { kind: 'Failed', cause: expired(context, problem), attempts };
  }
  if (problem === null) return null;
  const cause = steady(problem, `It is given up at ${formatTime(due)}.`, status);
  return { kind: 'Blocked', job, cause, requeueAt: due };
};

/** When a pod that has not started is given up; null when nothing is waited for. */
export function startDue({ job, pods, limits, clockStart }: StageContext): number | null {
  if (job === null || job.suspended || job.finished !== null) return null;
  const deadline = limits.startDeadlineSeconds * 1000;
  const live = pods.find(isLive);
  if (live !== undefined) return live.running ? null : live.createdAt + deadline;
  // Between two attempts the Job itself waits, longer each time: its own deadline limits that.
  if (pods.length > 0 || job.failed > 0 || job.succeeded > 0 || job.active > 0) return null;
  return Math.max(job.createdAt, clockStart) + deadline;
}

/**
 * Schedulers and kubelets say the same in other words every few seconds: of each reason and pod the first ones stay,
 * or the status would be written as often. The last ones are told when the stage is given up.
 */
function steady({ reason, message }: Cause, until: string, before: StageContext['status']): Cause {
  const isKnown = before.reason === reason && before.message?.endsWith(until) === true;
  return { reason, message: isKnown ? (before.message ?? '') : `${message} ${until}` };
}

function expired({ job, pods, limits }: StageContext, problem: Cause | null): Cause {
  const after = `did not start within startDeadlineSeconds (${limits.startDeadlineSeconds} s)`;
  if (problem !== null) return { reason: problem.reason, message: `its pod ${after}: ${problem.message}` };
  const message = pods.some(isLive)
    ? `its pod ${after}, and the node gives no cause yet: it still pulls the image, or cannot mount the volume. ` +
      `\`kubectl describe pod -l batch.kubernetes.io/job-name=${job?.name}\` says more.`
    : `its pod ${after}: Job ${job?.name} was not allowed to make one, or the Job controller is down. ` +
      `The cause is unknown here; \`kubectl describe job ${job?.name}\` names a quota or an admission rule.`;
  return { reason: 'StartDeadlineExceeded', message };
}
