/** The progress of a run: its stages in order, up to the first that has not succeeded. */
import { type StageName, stageNames } from '../../../api/artifacts.ts';
import type { StageSuccess } from '../../../api/stage-report.ts';
import type { StageStatus, TrainingRunSpec, TrainingRunStatus } from '../../../api/training-run.ts';
import type { ContainerEnd, JobResource } from '../../observation.ts';
import { stageSpecOf, templateDigest } from '../../render/stage-job.ts';
import { formatTime, parseTime } from '../../time.ts';
import { findCondition } from '../conditions.ts';
import { failedAttempts, hasEnded, isLive, newestFirst } from '../job-pods.ts';
import type { RunInput } from '../types.ts';
import { attemptsOf } from './stage/failure.ts';
import type { Finding, StageContext } from './stage/finding.ts';
import { findingOf } from './stage/rules.ts';

/** A run's current stage: the first that has not succeeded. */
export interface Current<F extends Finding = Exclude<Finding, { kind: 'Succeeded' }>> {
  readonly context: StageContext;
  readonly finding: F;
}
/** Findings about a stage that may still succeed. */
export type Open = Exclude<Finding, { kind: 'Succeeded' | 'Failed' }>;

/** A stage whose success is not in the stored status yet. */
export interface NewlyDone {
  readonly stage: StageStatus;
  readonly end: ContainerEnd;
  readonly report: StageSuccess;
  /** When this process first saw the end; for metrics. */
  readonly seenAt: number | null;
}

export interface Progress {
  /** All stages; those in `newlyDone` with their new status. */
  readonly stages: readonly StageStatus[];
  /** Null when all have succeeded. */
  readonly current: Current | null;
  readonly newlyDone: readonly NewlyDone[];
  /** ISO 8601; null when the run has not started. Taken from the Jobs where the status was lost. */
  readonly startTime: string | null;
}

/** Ignores all stages after the first that has not succeeded, even if they have a Job: this run did not start it. */
export function progressOf(input: RunInput, spec: TrainingRunSpec): Progress {
  const { run } = input;
  const stages = stagesOf(run.status);
  const newlyDone: NewlyDone[] = [];
  const startTime = startOf(run.status, ownJobs(input));
  for (const [index, status] of stages.entries()) {
    if (isDone(status)) continue;
    const context = contextOf(input, spec, status);
    const finding = findingOf(context);
    if (finding.kind !== 'Succeeded') {
      return { stages, current: { context, finding }, newlyDone, startTime };
    }
    const { end, report, pod } = finding;
    const stage = doneStage(context, finding);
    stages[index] = stage;
    newlyDone.push({ stage, end, report, seenAt: pod.endSeenAt });
  }
  return { stages, current: null, newlyDone, startTime };
}

/** The four stages as stored in the status; Pending where they are missing. */
export function stagesOf(status: TrainingRunStatus): StageStatus[] {
  return stageNames.map(
    name => status.stages?.find(stage => stage.name === name) ?? { name, state: 'Pending' },
  );
}

/** The stage has succeeded, in this run or in an earlier one whose artifacts were reused. */
export function isDone({ state }: StageStatus): boolean {
  return state === 'Succeeded' || state === 'Reused';
}

/** The stage's status without reason, message and `refusedSince`. */
export function withoutProblem(status: StageStatus): StageStatus {
  const { reason: _reason, message: _message, ...rest } = withoutRefusal(status);
  return rest;
}

/** The stage's status without `refusedSince`. */
export function withoutRefusal({ refusedSince: _, ...rest }: StageStatus): StageStatus {
  return rest;
}

/** The Jobs that this run controls, without those of a deleted run of the same name. */
export function ownJobs({ jobs, run }: RunInput): JobResource[] {
  return jobs.filter(job => job.ownerUid === run.uid);
}

/**
 * When the run's deadlines started to count, in milliseconds since the epoch: at its start, or at its last resumption.
 * A run whose status is still Suspended is resumed by this decision, so the time is `now`.
 */
export function clockStart(status: TrainingRunStatus, startTime: string, now: number): number {
  const suspended = findCondition(status.conditions, 'Suspended');
  if (suspended === undefined) return parseTime(startTime);
  const resumed = suspended.status === 'True' ? formatTime(now) : suspended.lastTransitionTime;
  return Math.max(parseTime(startTime), parseTime(resumed));
}

function startOf({ startTime }: TrainingRunStatus, jobs: readonly JobResource[]): string | null {
  if (startTime !== undefined) return startTime;
  const recorded = jobs.flatMap(({ startedAt }) => startedAt ?? []);
  if (recorded.length > 0) return recorded.toSorted()[0] ?? null;
  const [oldest] = jobs.map(({ createdAt }) => createdAt).toSorted((left, right) => left - right);
  return oldest === undefined ? null : formatTime(oldest);
}

function contextOf(input: RunInput, spec: TrainingRunSpec, status: StageStatus): StageContext {
  const { now, run } = input;
  const stage = status.name;
  const own = ownJobs(input);
  const job = own.find(candidate => candidate.stage === stage) ?? null;
  const startTime = startOf(run.status, own);
  const pods = newestFirst(input.pods.filter(pod => job !== null && pod.ownerUid === job.uid));
  const live = pods.find(isLive);
  return {
    now,
    spec,
    stage,
    limits: stageSpecOf(spec, stage),
    status,
    job,
    namesake: input.jobs.find(other => other.ownerUid !== run.uid && other.stage === stage) ?? null,
    leftovers: input.pods.filter(pod => !hasEnded(pod) && pod.ownerUid !== job?.uid),
    pods,
    podFailure: job === null ? null : (input.podFailures.get(job.uid) ?? null),
    mountFailure: live === undefined ? null : (input.podFailures.get(live.uid) ?? null),
    templateDigest: digestOf(input, spec, stage, startTime),
    clockStart: startTime === null ? now : clockStart(run.status, startTime, now),
  };
}

function digestOf(
  { settings, run, model }: RunInput,
  spec: TrainingRunSpec,
  stage: StageName,
  startedAt: string | null,
): string | null {
  const modelSpec = model?.spec ?? null;
  if (modelSpec === null || startedAt === null) return null;
  return templateDigest({ settings, run, spec, modelSpec, stage, startedAt });
}

function doneStage(
  context: StageContext,
  { report, end }: Extract<Finding, { kind: 'Succeeded' }>,
): StageStatus {
  const { status, job, now } = context;
  return {
    ...withoutProblem(status),
    state: report.state,
    ...(job === null ? {} : { jobName: job.name }),
    attempts: attemptsOf(context, failedAttempts(context.pods)) + 1,
    startTime: status.startTime ?? formatTime(job?.createdAt ?? now),
    completionTime: formatTime(end.finishedAt ?? now),
    inputDigest: report.inputDigest,
    outputDigest: report.outputDigest,
  };
}
