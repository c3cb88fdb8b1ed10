/** Scheduled runs beyond the history limits, to be deleted. */
import type { ScheduleSpec } from '../../../api/model.ts';
import type { ModelResource, RunResource } from '../../observation.ts';
import { findCondition } from '../conditions.ts';
import { hasFailed, inOrderOfCompletion, isComplete } from '../promotion/finished-runs.ts';
import type { DecidedRun } from '../types.ts';

/**
 * The oldest finished runs beyond the limits, among those that the schedule created. The champion's run, the pinned run
 * and runs that are not judged yet or await approval are kept, but count towards the limits.
 */
export function beyondLimits(
  model: ModelResource,
  schedule: ScheduleSpec,
  scheduled: readonly DecidedRun[],
): RunResource[] {
  const newestFirst = inOrderOfCompletion(scheduled).toReversed();
  const complete = newestFirst.filter(isComplete).slice(schedule.successfulRunsHistoryLimit);
  const failed = newestFirst.filter(hasFailed).slice(schedule.failedRunsHistoryLimit);
  return [...complete.filter(hasOutcome), ...failed]
    .map(({ run }) => run)
    .filter(({ name }) => name !== model.status.champion?.run && name !== model.spec?.pinnedRun);
}

/** Whether the run has been judged and does not await approval. */
function hasOutcome({ run }: DecidedRun): boolean {
  const promoted = findCondition(run.status.conditions, 'Promoted');
  return promoted !== undefined && promoted.status !== 'Unknown';
}
