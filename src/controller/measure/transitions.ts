/**
 * What a written status says for the first time: the difference from the one before, as counters take it. A transition
 * is counted by whoever wrote it, once, whatever the operator had in mind.
 */
import type { HistoryEntry, ModelStatus } from '../../api/model.ts';
import type { StageStatus, TrainingRunStatus } from '../../api/training-run.ts';
import type { Transition } from '../../observability/operator/transitions.ts';
import { findCondition } from '../decide/conditions.ts';
import { isNewState, type JobState } from '../decide/scoring/job-state.ts';
import { parseTime } from '../time.ts';

/** From one status of a run to the next. */
export function runTransitions(before: TrainingRunStatus, after: TrainingRunStatus): Transition[] {
  const stages = (after.stages ?? []).flatMap(stage => {
    const was = before.stages?.find(({ name }) => name === stage.name);
    return [...retried(was, stage), ...ended(was, stage)];
  });
  return before.phase === after.phase ? stages : [...stages, ...finished(after)];
}

/** From one status of a Model to the next. */
export function modelTransitions(before: ModelStatus, after: ModelStatus): Transition[] {
  const known = before.history?.[0];
  const news = (after.history ?? []).slice(0, known === undefined ? undefined : indexOf(after, known));
  const judged = news.map(({ outcome }): Transition => ({ kind: 'RunJudged', outcome }));
  return [...judged, ...scored(before.scoring?.job, after.scoring?.job)];
}

const ends = ['Succeeded', 'Reused', 'Failed'] as const;

function endOf({ state }: Pick<StageStatus, 'state'>): (typeof ends)[number] | undefined {
  return ends.find(end => end === state);
}

function ended(was: StageStatus | undefined, stage: StageStatus): Transition[] {
  const outcome = endOf(stage);
  if (outcome === undefined || was?.state === stage.state) return [];
  const { startTime, completionTime } = stage;
  const seconds =
    startTime === undefined || completionTime === undefined
      ? null
      : Math.max(0, (parseTime(completionTime) - parseTime(startTime)) / 1000);
  return [{ kind: 'StageEnded', stage: stage.name, outcome, seconds }];
}

/** The last attempt of a stage that has ended was followed by none. */
function retriesOf(stage: StageStatus | undefined): number {
  const { attempts = 0 } = stage ?? {};
  return stage !== undefined && endOf(stage) !== undefined ? Math.max(0, attempts - 1) : attempts;
}

function retried(was: StageStatus | undefined, stage: StageStatus): Transition[] {
  const times = retriesOf(stage) - retriesOf(was);
  if (times <= 0) return [];
  // A stage that has succeeded since says no more what was wrong.
  const reason = (stage.state === 'Running' ? stage.reason : was?.reason) ?? 'Unknown';
  return [{ kind: 'StageRetried', stage: stage.name, reason, times }];
}

function finished({ phase, stages, conditions }: TrainingRunStatus): Transition[] {
  if (phase === 'Complete') return [{ kind: 'RunFinished', outcome: 'Complete' }];
  if (phase !== 'Failed') return [];
  const stage = stages?.find(({ state }) => state === 'Failed')?.name ?? null;
  const reason = findCondition(conditions, 'Failed')?.reason ?? 'Unknown';
  return [{ kind: 'RunFinished', outcome: 'Failed', stage, reason }];
}

/** Entries are added in front, and never change. */
function indexOf({ history = [] }: ModelStatus, known: HistoryEntry): number {
  const at = history.findIndex(
    ({ runUid, run, outcome, time }) =>
      runUid === known.runUid && run === known.run && outcome === known.outcome && time === known.time,
  );
  return at < 0 ? history.length : at;
}

function scored(before: JobState | undefined, after: JobState | undefined): Transition[] {
  if (after === undefined || after.state === 'Running' || !isNewState(before, after)) return [];
  return [{ kind: 'Scored', outcome: after.state }];
}
