/** Finished runs: their order, and which of them still need to be judged. */
import type { Condition } from '../../../api/conditions.ts';
import { type HistoryEntry, historyLimit } from '../../../api/model.ts';
import { parseTime } from '../../time.ts';
import { findCondition, isTrue } from '../conditions.ts';
import { notSelectedReason } from '../selection.ts';
import type { DecidedRun } from '../types.ts';

/** In order of completion; runs that completed in the same second, in order of creation, then by name. */
export function inOrderOfCompletion(runs: readonly DecidedRun[]): DecidedRun[] {
  const completion = ({ status }: DecidedRun) => status.completionTime ?? '';
  return runs.toSorted(
    (a, b) =>
      compare(completion(a), completion(b)) ||
      a.run.createdAt - b.run.createdAt ||
      compare(a.run.name, b.run.name),
  );
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** All its stages have succeeded. */
export function isComplete({ status }: DecidedRun): boolean {
  return isTrue(status.conditions, 'Complete');
}

/** It has failed, and has no version to judge. */
export function hasFailed({ status }: DecidedRun): boolean {
  return isTrue(status.conditions, 'Failed');
}

/**
 * Whether a complete run has not been judged yet. The Model's history is authoritative, by uid: a run that was applied
 * again under the same name is another run. The run's own condition counts only where the run's entry may have been
 * dropped from the history: the run's status may have been written and the Model's not.
 */
export function needsJudgement(decidedRun: DecidedRun, history: readonly HistoryEntry[]): boolean {
  const { run } = decidedRun;
  if (run.deleting || !isComplete(decidedRun)) return false;
  if (history.some(entry => entry.runUid === run.uid)) return false;
  const condition = findCondition(run.status.conditions, 'Promoted');
  if (!isFinal(condition)) return true;
  const oldest = history.at(-1);
  if (oldest === undefined || history.length < historyLimit) return true;
  return parseTime(condition.lastTransitionTime) > parseTime(oldest.time);
}

/** Whether the condition reports an outcome. A run that was not selected may be selected later. */
export function isFinal(condition: Condition | undefined): condition is Condition {
  return condition !== undefined && condition.status !== 'Unknown' && condition.reason !== notSelectedReason;
}
