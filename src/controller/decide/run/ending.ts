/** How a run ends: Complete or Failed, for good. */
import type { StageName } from '../../../api/artifacts.ts';
import type { StageStatus, TrainingRunStatus } from '../../../api/training-run.ts';
import { formatTime } from '../../time.ts';
import { isTrue } from '../conditions.ts';
import type { RunDecision, RunInput, RunScore } from '../types.ts';
import { decisionOf, runEvent } from './decision.ts';
import { storySoFar } from './events.ts';
import { isDone, type NewlyDone, ownJobs, type Progress } from './progress.ts';
import type { Cause } from './stage/finding.ts';
import { suspendJobs } from './suspension.ts';
import { deletionDue, timeToLive } from './time-to-live.ts';

/** True once the status says how it ended. */
export function isFinished({ conditions }: TrainingRunStatus): boolean {
  return isTrue(conditions, 'Complete') || isTrue(conditions, 'Failed');
}

/** All stages have succeeded: the figures and the version go into the status with the conditions. */
export function completed(input: RunInput, progress: Progress): RunDecision {
  const { now } = input;
  const completionTime = formatTime(now);
  const evaluate = progress.newlyDone.find(({ stage }) => stage.name === 'Evaluate');
  const results = resultsOf(evaluate);
  const version = results.version ?? input.run.status.version;
  const published =
    version === undefined
      ? 'They were not published as a version, so that no server can have them: the image of the stages is an older one.'
      : `They are published as version ${version}.`;
  const message = `All ${progress.stages.length} stages have succeeded. ${published}`;
  return decisionOf(input, {
    phase: 'Complete',
    cause: { reason: 'StagesSucceeded', message },
    stages: progress.stages,
    stage: progress.stages.at(-1)?.name ?? null,
    startTime: progress.startTime,
    completionTime,
    results,
    scored: scoreOf(input, evaluate),
    events: [...storySoFar(input, progress), runEvent(input, 'Normal', 'Complete', message)],
    requeueAt: deletionDue(input, completionTime),
  });
}

export interface Failing {
  readonly cause: Cause;
  /** The stage at fault; null when it is the run as a whole. */
  readonly stage: StageName | null;
  /** Attempts of that stage. */
  readonly attempts?: number;
}

/** A stage, or the run as a whole, has failed: nothing after it is begun, and what still works is stopped. */
export function failed(input: RunInput, progress: Progress, failing: Failing): RunDecision {
  const { now, pods } = input;
  const { cause, stage, attempts } = failing;
  const completionTime = formatTime(now);
  const message = stage === null ? cause.message : `${stage} failed${after(attempts)}: ${cause.message}`;
  const events = storySoFar(input, progress);
  if (stage !== null) events.push(runEvent(input, 'Warning', 'StageFailed', message));
  const summary = stage === null ? message : `The run failed in ${stage}: ${cause.reason}`;
  events.push(runEvent(input, 'Warning', 'Failed', summary));
  return decisionOf(input, {
    phase: 'Failed',
    cause: { reason: cause.reason, message },
    stages: failedStages(progress, failing, message, completionTime),
    stage: stage ?? input.run.status.stage ?? null,
    startTime: progress.startTime,
    completionTime,
    actions: suspendJobs(ownJobs(input), pods),
    events,
    requeueAt: deletionDue(input, completionTime),
  });
}

/** A run that has ended stays as it is, whatever its children say; only its time to live is left. */
export function finished(input: RunInput): RunDecision {
  const { run, pods } = input;
  const { actions, notes, requeueAt } = timeToLive(input);
  // Again, since the first time may have been cut short.
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

function after(attempts: number | undefined): string {
  return attempts === undefined || attempts < 1
    ? ''
    : ` after ${attempts} attempt${attempts === 1 ? '' : 's'}`;
}

/** The stage that the run was at is Failed, also when the run as a whole is at fault; those after it are Skipped. */
function failedStages(
  { stages }: Progress,
  { cause, stage, attempts }: Failing,
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

/** What Evaluate found out about the forecasts of versions before it; undefined when it had none to look at. */
function scoreOf({ run, now }: RunInput, evaluate: NewlyDone | undefined): RunScore | undefined {
  const { live, liveProblem: problem } = evaluate?.report ?? {};
  if (live === undefined && problem === undefined) return undefined;
  const time = formatTime(evaluate?.end.finishedAt ?? now);
  return { run: run.name, time, live: live && { ...live, scoredAt: time }, problem };
}

/** Decimals travel as strings; names and values that a status can't hold are left out. */
function resultsOf(evaluate: NewlyDone | undefined): Pick<TrainingRunStatus, 'metrics' | 'version'> {
  if (evaluate === undefined) return {};
  const { metrics, version } = evaluate.report;
  const figures = Object.entries(metrics)
    .map(([name, value]) => [name, String(value)] as const)
    .filter(([name, value]) => name.length <= 64 && value.length <= 64);
  return { metrics: Object.fromEntries(figures), ...(version === undefined ? {} : { version }) };
}
