/**
 * The transitions between two successive statuses, for counters. The operator counts them after it has written the new
 * status, so that each is counted once.
 */
import type { HistoryEntry, ModelStatus } from '../../api/model.ts';
import type { StageStatus, TrainingRunStatus } from '../../api/training-run.ts';
import type { Transition } from '../../observability/operator/transitions.ts';
import { findCondition } from '../decide/conditions.ts';
import { isNewState, type JobState } from '../decide/scoring/job-state.ts';
import { parseTime } from '../time.ts';

/** Transitions between two statuses of a run. */
export function runTransitions(before: TrainingRunStatus, after: TrainingRunStatus): Transition[] {
  const stages = (after.stages ?? []).flatMap(stage => {
    const previous = before.stages?.find(({ name }) => name === stage.name);
    return [...stageRetries(previous, stage), ...stageEnd(previous, stage)];
  });
  return before.phase === after.phase ? stages : [...stages, ...runEnd(after)];
}

/** Transitions between two statuses of a Model. */
export function modelTransitions(before: ModelStatus, after: ModelStatus): Transition[] {
  const latest = before.history?.[0];
  const added = (after.history ?? []).slice(0, latest === undefined ? undefined : indexOf(after, latest));
  const judged = added.map(({ outcome }): Transition => ({ kind: 'RunJudged', outcome }));
  return [...judged, ...scoreEnd(before.scoring?.job, after.scoring?.job)];
}

const ends = ['Succeeded', 'Reused', 'Failed'] as const;

function endOf({ state }: Pick<StageStatus, 'state'>): (typeof ends)[number] | undefined {
  return ends.find(end => end === state);
}

function stageEnd(previous: StageStatus | undefined, stage: StageStatus): Transition[] {
  const outcome = endOf(stage);
  if (outcome === undefined || previous?.state === stage.state) return [];
  const { startTime, completionTime } = stage;
  const seconds =
    startTime === undefined || completionTime === undefined
      ? null
      : Math.max(0, (parseTime(completionTime) - parseTime(startTime)) / 1000);
  return [{ kind: 'StageEnded', stage: stage.name, outcome, seconds }];
}

/** Number of attempts that were followed by another one. */
function retriesOf(stage: StageStatus | undefined): number {
  const { attempts = 0 } = stage ?? {};
  return stage !== undefined && endOf(stage) !== undefined ? Math.max(0, attempts - 1) : attempts;
}

function stageRetries(previous: StageStatus | undefined, stage: StageStatus): Transition[] {
  const times = retriesOf(stage) - retriesOf(previous);
  if (times <= 0) return [];
  // The status of a stage that has succeeded since has no reason any more.
  const reason = (stage.state === 'Running' ? stage.reason : previous?.reason) ?? 'Unknown';
  return [{ kind: 'StageRetried', stage: stage.name, reason, times }];
}

function runEnd({ phase, stages, conditions }: TrainingRunStatus): Transition[] {
  if (phase === 'Complete') return [{ kind: 'RunFinished', outcome: 'Complete' }];
  if (phase !== 'Failed') return [];
  const stage = stages?.find(({ state }) => state === 'Failed')?.name ?? null;
  const reason = findCondition(conditions, 'Failed')?.reason ?? 'Unknown';
  return [{ kind: 'RunFinished', outcome: 'Failed', stage, reason }];
}

/** Entries are added at the front and never change. */
function indexOf({ history = [] }: ModelStatus, known: HistoryEntry): number {
  const at = history.findIndex(
    ({ runUid, run, outcome, time }) =>
      runUid === known.runUid && run === known.run && outcome === known.outcome && time === known.time,
  );
  return at < 0 ? history.length : at;
}

function scoreEnd(before: JobState | undefined, after: JobState | undefined): Transition[] {
  if (after === undefined || after.state === 'Running' || !isNewState(before, after)) return [];
  return [{ kind: 'Scored', outcome: after.state }];
}
