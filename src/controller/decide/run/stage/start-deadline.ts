/**
 * A pod without an image, a node or a volume never starts and never fails. Until `startDeadlineSeconds` have passed the
 * status reports why it does not start; after that the stage fails with that cause.
 */
import { earliest, formatTime } from '../../../time.ts';
import { failedAttempts, isLive } from '../../job-pods.ts';
import { isStarting, podDelay, podRefusal } from '../../pod-refusal.ts';
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
  const problem = pod === undefined ? podProblem(context) : startProblem(pod, context.mountFailure);
  if (now >= due) {
    const attempts = attemptsOf(context, failedAttempts(pods));
    return { kind: 'Failed', cause: deadlineExceeded(context, problem), attempts };
  }
  if (problem === null) return null;
  const cause = keepFirst(problem, `(the stage fails at ${formatTime(due)} unless its pod starts)`, status);
  return { kind: 'Blocked', job, cause, requeueAt: earliest(due, podCheckDue(context)) ?? due };
};

/** Milliseconds between two readings of the Events of a Job without a pod, or of a pod that does not start. */
const podCheckInterval = 5000;

/** When to reconcile again for a stage that starts: at its deadline, or to see why it has no pod, or one that does not start. */
export function startCheckDue(context: StageContext): number | null {
  return earliest(startDue(context), podCheckDue(context));
}

/** Null when the Job has a pod that runs, that has ended or whose status explains its problem, and when it expects none. */
function podCheckDue(context: StageContext): number | null {
  const { job, pods, now } = context;
  if (job === null || startDue(context) === null) return null;
  const live = pods.find(isLive);
  if (live === undefined && pods.length > 0) return null;
  const first = (live ?? job).createdAt + podDelay;
  if (live !== undefined && !isStarting(live, Math.max(now, first))) return null;
  return now < first ? first : now + podCheckInterval;
}

function podProblem({ podFailure }: StageContext): Cause | null {
  if (podFailure === null) return null;
  const { reason, message } = podRefusal(podFailure);
  return { reason, message: `its pod cannot be created: ${message}` };
}

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
    : `its pod ${after}: Job ${job?.name} created none and reports no cause: the Job controller may be down.` +
      ` See \`kubectl describe job ${job?.name}\`.`;
  return { reason: 'StartDeadlineExceeded', message };
}
