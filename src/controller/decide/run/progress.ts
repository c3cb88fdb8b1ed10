/** How far a run has come: its stages in their order, up to the first that has not succeeded. */
import { stageNames } from '../../../api/artifacts.ts';
import type { StageSuccess } from '../../../api/stage-report.ts';
import type { StageStatus, TrainingRunSpec, TrainingRunStatus } from '../../../api/training-run.ts';
import type { ContainerEnd, JobResource } from '../../observation.ts';
import { stageSpecOf } from '../../render/stage-job.ts';
import { formatTime, parseTime } from '../../time.ts';
import { findCondition } from '../conditions.ts';
import type { RunInput } from '../types.ts';
import { attemptsOf } from './stage/failure.ts';
import { find } from './stage/find.ts';
import type { Finding, StageContext } from './stage/finding.ts';
import { failedAttempts, hasEnded, newestFirst } from './stage/pods.ts';
import { withoutProblem } from './stage-status.ts';

/** The stage that a run is at; with `Open` findings it may yet succeed. */
export interface Current<F extends Finding = Exclude<Finding, { kind: 'Succeeded' }>> {
  readonly context: StageContext;
  readonly finding: F;
}
export type Open = Exclude<Finding, { kind: 'Succeeded' | 'Failed' }>;

/** A stage whose success this decision is the first to see. */
export interface NewlyDone {
  readonly stage: StageStatus;
  readonly end: ContainerEnd;
  readonly report: StageSuccess;
  /** When this process first saw the end; for metrics. */
  readonly seenAt: number | null;
}

export interface Progress {
  /** All of them, with what is done written down. */
  readonly stages: readonly StageStatus[];
  /** Null when all have succeeded. */
  readonly current: Current | null;
  readonly newlyDone: readonly NewlyDone[];
  /** ISO 8601; null when the run has not started. A status that was never written is made good from its Jobs. */
  readonly startTime: string | null;
}

/** Never looks past a stage that has not succeeded: whatever a later one's Job says is none of this run's doing. */
export function progressOf(input: RunInput, spec: TrainingRunSpec): Progress {
  const { run } = input;
  const stages = stagesOf(run.status);
  const newlyDone: NewlyDone[] = [];
  const startTime = startOf(run.status, ownJobs(input));
  for (const [index, status] of stages.entries()) {
    if (isDone(status)) continue;
    const context = contextOf(input, spec, status);
    const finding = find(context);
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

/** The four stages as they were last written; Pending where they never were. */
export function stagesOf(status: TrainingRunStatus): StageStatus[] {
  return stageNames.map(
    name => status.stages?.find(stage => stage.name === name) ?? { name, state: 'Pending' },
  );
}

/** It has succeeded, in this run or in one before. */
export function isDone({ state }: StageStatus): boolean {
  return state === 'Succeeded' || state === 'Reused';
}

/** The Jobs that this very run controls, not one of the same name before it. */
export function ownJobs({ jobs, run }: RunInput): JobResource[] {
  return jobs.filter(job => job.ownerUid === run.uid);
}

/**
 * When the run's clocks were last set going, in milliseconds since the epoch: its start, or its resumption, which is
 * now for a run whose status still says that it is held.
 */
export function clockStart(status: TrainingRunStatus, startTime: string, now: number): number {
  const held = findCondition(status.conditions, 'Suspended');
  if (held === undefined) return parseTime(startTime);
  const resumed = held.status === 'True' ? formatTime(now) : held.lastTransitionTime;
  return Math.max(parseTime(startTime), parseTime(resumed));
}

function startOf({ startTime }: TrainingRunStatus, jobs: readonly JobResource[]): string | null {
  if (startTime !== undefined) return startTime;
  const written = jobs.flatMap(({ startedAt }) => startedAt ?? []);
  if (written.length > 0) return written.toSorted()[0] ?? null;
  const [oldest] = jobs.map(({ createdAt }) => createdAt).toSorted((left, right) => left - right);
  return oldest === undefined ? null : formatTime(oldest);
}

function contextOf(input: RunInput, spec: TrainingRunSpec, status: StageStatus): StageContext {
  const { now, run } = input;
  const stage = status.name;
  const own = ownJobs(input);
  const job = own.find(candidate => candidate.stage === stage) ?? null;
  const startTime = startOf(run.status, own);
  return {
    now,
    spec,
    stage,
    limits: stageSpecOf(spec, stage),
    status,
    job,
    namesake: input.jobs.find(other => other.ownerUid !== run.uid && other.stage === stage) ?? null,
    leftovers: input.pods.filter(pod => !hasEnded(pod) && pod.ownerUid !== job?.uid),
    pods: newestFirst(input.pods.filter(pod => job !== null && pod.ownerUid === job.uid)),
    clockStart: startTime === null ? now : clockStart(run.status, startTime, now),
  };
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
