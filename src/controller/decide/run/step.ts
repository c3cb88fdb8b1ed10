/** One step of a run's current stage: the action and the new status for each kind of finding. */
import type { ModelSpec } from '../../../api/model.ts';
import type { StageStatus, TrainingRunSpec } from '../../../api/training-run.ts';
import type { JobResource } from '../../observation.ts';
import type { Action, EventIntent } from '../../plan.ts';
import { jobs } from '../../resources.ts';
import { formatTime, parseTime } from '../../time.ts';
import type { RunInput } from '../types.ts';
import { runEvent } from './decision.ts';
import { startedEvent } from './events.ts';
import { launch, launched } from './launch.ts';
import { type Current, type Open, type Progress, withoutProblem, withoutRefusal } from './progress.ts';
import type { Cause } from './stage/finding.ts';
import { resumeJob } from './suspension.ts';

export interface Step {
  readonly status: StageStatus;
  readonly startTime: string | null;
  readonly actions: readonly Action[];
  readonly events: readonly EventIntent[];
  /** Why the stage does not proceed; null when nothing is wrong. */
  readonly problem: Cause | null;
  readonly requeueAt: number | null;
}

/** The step for the current finding. */
export function stepOf(
  input: RunInput,
  progress: Progress,
  current: Current<Open>,
  spec: TrainingRunSpec,
  modelSpec: ModelSpec,
): Step {
  const { context, finding } = current;
  const { startTime } = progress;
  const noChange = { startTime, actions: [], events: [], problem: null, requeueAt: null };
  switch (finding.kind) {
    case 'Launch':
      return launching(input, progress, current, { spec, modelSpec, again: finding.again });
    case 'Waiting':
      return waiting(input, progress, current, finding.cause);
    case 'ReportLost': {
      const status = { ...running(context.status, current), ...finding.cause };
      return { ...noChange, status, actions: [deletionOf(finding.job)], problem: finding.cause };
    }
    case 'Outdated':
      return outdated(input, progress, current, finding);
    case 'Blocked': {
      const { job, cause, requeueAt } = finding;
      const status = { ...running(context.status, current), ...cause };
      return { ...noChange, status, actions: resumeJob(job), problem: cause, requeueAt };
    }
    case 'Retrying': {
      const { job, cause, attempts, requeueAt } = finding;
      const status = { ...running(context.status, current), ...cause, attempts };
      const isNew = attempts > (context.status.attempts ?? 0);
      const events = isNew
        ? [runEvent(input, 'Warning', 'StageRetrying', `${context.stage}: ${cause.message}`)]
        : [];
      return { ...noChange, status, actions: resumeJob(job), events, problem: cause, requeueAt };
    }
    case 'Running': {
      const { job, requeueAt } = finding;
      return { ...noChange, status: running(context.status, current), actions: resumeJob(job), requeueAt };
    }
  }
}

/** The stage becomes Pending, so that its next Job does not count as one that was lost. */
function outdated(
  input: RunInput,
  progress: Progress,
  current: Current<Open>,
  { job, cause }: Extract<Open, { kind: 'Outdated' }>,
): Step {
  const { context } = current;
  const { jobName: _, ...status } = withoutProblem(context.status);
  const message = `${context.stage}: ${cause.message}`;
  return {
    ...waiting(input, progress, current, cause),
    status: { ...status, state: 'Pending', ...cause },
    actions: job.deleting ? [] : [deletionOf(job)],
    events: job.deleting ? [] : [runEvent(input, 'Normal', cause.reason, message)],
  };
}

/** Its pods are deleted too, in the background. */
function deletionOf({ namespace, name, uid }: JobResource): Action {
  return { kind: 'Delete', type: jobs, namespace, name, uid, propagation: 'Background' };
}

interface Launching {
  readonly spec: TrainingRunSpec;
  readonly modelSpec: ModelSpec;
  readonly again: boolean;
}

function launching(
  input: RunInput,
  progress: Progress,
  { context }: Current<Open>,
  { spec, modelSpec, again }: Launching,
): Step {
  const { now, run } = input;
  const startTime = progress.startTime ?? formatTime(now);
  const dueSince = progress.newlyDone.at(-1)?.seenAt ?? null;
  return {
    status: launched(context, run.name, again),
    startTime,
    actions: [launch(input, context, { spec, modelSpec, startTime, again, dueSince })],
    events: progress.startTime === null ? [startedEvent(input)] : [],
    problem: null,
    requeueAt: now + context.limits.startDeadlineSeconds * 1000,
  };
}

/** Milliseconds until the creation is retried: no watch event may announce that the obstacle is gone. */
const nameRetry = 5000;

/** The stage cannot start because of `cause`. */
export function waiting(
  input: RunInput,
  { startTime }: Progress,
  { context }: Current<Open>,
  cause: Cause,
): Step {
  return {
    status: { ...context.status, ...cause },
    startTime,
    actions: [],
    events: [],
    problem: cause,
    requeueAt: input.now + nameRetry,
  };
}

/** Milliseconds between two attempts to create a refused Job. */
const refusedRetry = { shortest: 2000, longest: 60_000 };

/** When the stage of a refused Job fails, in milliseconds since the epoch. */
export function refusedUntil({ context: { status, limits, now } }: Current<Open>): number {
  return refusedSince(status, now) + limits.startDeadlineSeconds * 1000;
}

/**
 * The API server refuses the stage's Job for a cause that may end by itself. The delay before the next attempt grows
 * with the time since the first one, so it needs no counter.
 */
export function refused(
  input: RunInput,
  progress: Progress,
  current: Current<Open>,
  { reason, message }: Cause,
): Step {
  const { now } = input;
  const { status } = current.context;
  const since = refusedSince(status, now);
  const until = refusedUntil(current);
  const delay = Math.min(refusedRetry.longest, Math.max(refusedRetry.shortest, (now - since) / 2));
  const cause = {
    reason,
    message: `${message} (retried; the stage fails at ${formatTime(until)} unless its Job is accepted)`,
  };
  const step = waiting(input, progress, current, cause);
  return {
    ...step,
    status: { ...step.status, refusedSince: formatTime(since) },
    requeueAt: Math.min(until, now + delay),
  };
}

function refusedSince({ refusedSince }: StageStatus, now: number): number {
  return refusedSince === undefined ? now : parseTime(refusedSince);
}

/** The stage's status while its Job exists; the cause of a failed attempt stays until the next one ends. */
function running(status: StageStatus, { context }: Current<Open>): StageStatus {
  const { job, now } = context;
  return {
    ...((status.attempts ?? 0) > 0 ? withoutRefusal(status) : withoutProblem(status)),
    state: 'Running',
    ...(job === null ? {} : { jobName: job.name }),
    startTime: status.startTime ?? formatTime(job?.createdAt ?? now),
  };
}
