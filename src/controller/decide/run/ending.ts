/** The end of a run, Complete or Failed: both are final. */
import type { StageName } from '../../../api/artifacts.ts';
import type { StageStatus, TrainingRunStatus } from '../../../api/training-run.ts';
import { formatTime } from '../../time.ts';
import { isTrue } from '../conditions.ts';
import type { RunDecision, RunInput, RunScore } from '../types.ts';
import { buildDecision, runEvent } from './decision.ts';
import { progressEvents } from './events.ts';
import { isDone, type NewlyDone, ownJobs, type Progress } from './progress.ts';
import type { Cause } from './stage/finding.ts';
import { suspendJobs } from './suspension.ts';
import { deletionDue, timeToLive } from './time-to-live.ts';

/** True when the status has a condition Complete or Failed that is True. */
export function isFinished({ conditions }: TrainingRunStatus): boolean {
  return isTrue(conditions, 'Complete') || isTrue(conditions, 'Failed');
}

/** All stages have succeeded. Figures and version are written in the same status update as the conditions. */
export function completed(input: RunInput, progress: Progress): RunDecision {
  const { now } = input;
  const completionTime = formatTime(now);
  const evaluate = progress.newlyDone.find(({ stage }) => stage.name === 'Evaluate');
  const results = resultsOf(evaluate);
  const version = results.version ?? input.run.status.version;
  const published =
    version === undefined
      ? 'The artifacts were not published as a version, so no server can load them: the image of the stages is too old.'
      : `The artifacts are published as version ${version}.`;
  const message = `All ${progress.stages.length} stages have succeeded. ${published}`;
  return buildDecision(input, {
    phase: 'Complete',
    cause: { reason: 'StagesSucceeded', message },
    stages: progress.stages,
    stage: progress.stages.at(-1)?.name ?? null,
    startTime: progress.startTime,
    completionTime,
    results,
    score: scoreOf(input, evaluate),
    events: [...progressEvents(input, progress), runEvent(input, 'Normal', 'Complete', message)],
    requeueAt: deletionDue(input, completionTime),
  });
}

export interface Failure {
  readonly cause: Cause;
  /** The stage that failed; null when the run failed as a whole. */
  readonly stage: StageName | null;
  /** Attempts of that stage. */
  readonly attempts?: number;
}

/** A stage, or the run as a whole, has failed: no further stage is started, and active Jobs are suspended. */
export function failed(input: RunInput, progress: Progress, failure: Failure): RunDecision {
  const { now, pods } = input;
  const { cause, stage, attempts } = failure;
  const completionTime = formatTime(now);
  const message =
    stage === null ? cause.message : `${stage} failed${afterAttempts(attempts)}: ${cause.message}`;
  const events = progressEvents(input, progress);
  if (stage !== null) events.push(runEvent(input, 'Warning', 'StageFailed', message));
  const summary = stage === null ? message : `The run failed in ${stage}: ${cause.reason}`;
  events.push(runEvent(input, 'Warning', 'Failed', summary));
  return buildDecision(input, {
    phase: 'Failed',
    cause: { reason: cause.reason, message },
    stages: failedStages(progress, failure, message, completionTime),
    stage: stage ?? input.run.status.stage ?? null,
    startTime: progress.startTime,
    completionTime,
    actions: suspendJobs(ownJobs(input), pods),
    events,
    requeueAt: deletionDue(input, completionTime),
  });
}

/** A finished run never changes again; it is deleted when its time to live is over. */
export function finished(input: RunInput): RunDecision {
  const { run, pods } = input;
  const { actions, notes, requeueAt } = timeToLive(input);
  // Repeated, because the decision that ended the run may have been carried out only in part.
  const stopped = isTrue(run.status.conditions, 'Failed') ? suspendJobs(ownJobs(input), pods) : [];
  const { status, generation } = run;
  return {
    status: status.observedGeneration === generation ? status : { ...status, observedGeneration: generation },
    actions: [...stopped, ...actions],
    events: [],
    notes,
    requeueAt,
  };
}

function afterAttempts(attempts: number | undefined): string {
  return attempts === undefined || attempts < 1
    ? ''
    : ` after ${attempts} attempt${attempts === 1 ? '' : 's'}`;
}

/** The current stage becomes Failed, even when the run failed as a whole; those after it become Skipped. */
function failedStages(
  { stages }: Progress,
  { cause, stage, attempts }: Failure,
  message: string,
  completionTime: string,
): StageStatus[] {
  return stages.map(status => {
    if (isDone(status)) return status;
    if (status.name !== stage && status.state !== 'Running') return { name: status.name, state: 'Skipped' };
    return {
      ...status,
      state: 'Failed',
      ...(attempts === undefined ? {} : { attempts }),
      completionTime,
      reason: cause.reason,
      message,
    };
  });
}

/** Evaluate's result of scoring past forecasts; undefined when there were none to score. */
function scoreOf({ run, now }: RunInput, evaluate: NewlyDone | undefined): RunScore | undefined {
  const { live, liveProblem: problem } = evaluate?.report ?? {};
  if (live === undefined && problem === undefined) return undefined;
  const time = formatTime(evaluate?.end.finishedAt ?? now);
  return { run: run.name, time, live: live && { ...live, scoredAt: time }, problem };
}

/** Figures as strings; names and values longer than the schema allows are left out. */
function resultsOf(evaluate: NewlyDone | undefined): Pick<TrainingRunStatus, 'metrics' | 'version'> {
  if (evaluate === undefined) return {};
  const { metrics, version } = evaluate.report;
  const figures = Object.entries(metrics)
    .map(([name, value]) => [name, String(value)] as const)
    .filter(([name, value]) => name.length <= 64 && value.length <= 64);
  return { metrics: Object.fromEntries(figures), ...(version === undefined ? {} : { version }) };
}
