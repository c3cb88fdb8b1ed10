/** Which scheduled runs have had their time. */
import type { ScheduleSpec } from '../../../api/model.ts';
import type { ModelResource, RunResource } from '../../observation.ts';
import { findCondition } from '../conditions.ts';
import { hasFailed, inOrderOfCompletion, isComplete } from '../promotion/settled.ts';
import type { JudgedRun } from '../types.ts';

/**
 * The oldest finished runs beyond the limits, among those that the schedule made. The champion's run and the pinned
 * one stay, and so does one that is yet to be judged or waits for approval; they count towards the limits.
 */
export function beyondLimits(
  model: ModelResource,
  schedule: ScheduleSpec,
  scheduled: readonly JudgedRun[],
): RunResource[] {
  const newestFirst = inOrderOfCompletion(scheduled).toReversed();
  const complete = newestFirst.filter(isComplete).slice(schedule.successfulRunsHistoryLimit);
  const failed = newestFirst.filter(hasFailed).slice(schedule.failedRunsHistoryLimit);
  return [...complete.filter(isSettled), ...failed]
    .map(({ run }) => run)
    .filter(({ name }) => name !== model.status.champion?.run && name !== model.spec?.pinnedRun);
}

function isSettled({ run }: JudgedRun): boolean {
  const promoted = findCondition(run.status.conditions, 'Promoted');
  return promoted !== undefined && promoted.status !== 'Unknown';
}
