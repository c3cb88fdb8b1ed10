/** One step of the stage that a run is at: what is done for each thing that may be found of it. */
import type { ModelSpec } from '../../../api/model.ts';
import type { StageStatus, TrainingRunSpec } from '../../../api/training-run.ts';
import type { Action, EventIntent } from '../../plan.ts';
import { jobs } from '../../resources.ts';
import { formatTime } from '../../time.ts';
import type { RunInput } from '../types.ts';
import { runEvent } from './decision.ts';
import { startedEvent } from './events.ts';
import { launch, launched } from './launch.ts';
import type { Current, Open, Progress } from './progress.ts';
import type { Cause } from './stage/finding.ts';
import { withoutProblem } from './stage-status.ts';
import { resumeJob } from './suspension.ts';

export interface Step {
  readonly status: StageStatus;
  readonly startTime: string | null;
  readonly actions: readonly Action[];
  readonly events: readonly EventIntent[];
  /** What the stage waits for; null while nothing is wrong. */
  readonly problem: Cause | null;
  readonly requeueAt: number | null;
}

/** What is done about the finding, with the stage's status after it. */
export function stepOf(
  input: RunInput,
  progress: Progress,
  current: Current<Open>,
  spec: TrainingRunSpec,
  modelSpec: ModelSpec,
): Step {
  const { context, finding } = current;
  const { startTime } = progress;
  const plain = { startTime, actions: [], events: [], problem: null, requeueAt: null };
  switch (finding.kind) {
    case 'Launch':
      return launching(input, progress, current, { spec, modelSpec, again: finding.again });
    case 'Waiting':
      return waiting(input, progress, current, finding.cause);
    case 'Lost': {
      const { namespace, name, uid } = finding.job;
      const remove: Action = {
        kind: 'Delete',
        type: jobs,
        namespace,
        name,
        uid,
        propagation: 'Background',
      };
      const status = { ...running(context.status, current), ...finding.cause };
      return { ...plain, status, actions: [remove], problem: finding.cause };
    }
    case 'Blocked': {
      const { job, cause, requeueAt } = finding;
      const status = { ...running(context.status, current), ...cause };
      return { ...plain, status, actions: resumeJob(job), problem: cause, requeueAt };
    }
    case 'Retrying': {
      const { job, cause, attempts, requeueAt } = finding;
      const status = { ...running(context.status, current), ...cause, attempts };
      const fresh = attempts > (context.status.attempts ?? 0);
      const events = fresh
        ? [runEvent(input, 'Warning', 'StageRetrying', `${context.stage}: ${cause.message}`)]
        : [];
      return { ...plain, status, actions: resumeJob(job), events, problem: cause, requeueAt };
    }
    case 'Working': {
      const { job, requeueAt } = finding;
      return { ...plain, status: running(context.status, current), actions: resumeJob(job), requeueAt };
    }
  }
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

/** Milliseconds until a name that is taken is tried again: whose it is may not be watched. */
const nameRetry = 5000;

/** The stage waits for `cause` to pass. */
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

/** The stage's status while its Job is there; what was said of a failed attempt stays until the next one ends. */
function running(status: StageStatus, { context }: Current<Open>): StageStatus {
  const { job, now } = context;
  return {
    ...((status.attempts ?? 0) > 0 ? status : withoutProblem(status)),
    state: 'Running',
    ...(job === null ? {} : { jobName: job.name }),
    startTime: status.startTime ?? formatTime(job?.createdAt ?? now),
  };
}
