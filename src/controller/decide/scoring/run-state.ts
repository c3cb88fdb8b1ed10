/** The results of scoring in runs that complete in this decision. */
import type { ModelStatus } from '../../../api/model.ts';
import { truncate } from '../conditions.ts';
import type { RunScore } from '../types.ts';

export type RunState = NonNullable<NonNullable<ModelStatus['scoring']>['run']>;

/**
 * Those newer than the stored one, oldest first: a run whose status update was lost completes again in the next
 * decision, and must not be counted twice.
 */
export function newRuns(stored: RunState | undefined, scores: readonly RunScore[]): RunState[] {
  return scores
    .map(stateOf)
    .filter(({ time }) => stored === undefined || time > stored.time)
    .toSorted((a, b) => (a.time < b.time ? -1 : 1));
}

function stateOf({ run, time, live, problem }: RunScore): RunState {
  return {
    name: run,
    state: live === undefined ? 'Failed' : 'Succeeded',
    ...(problem && { reason: problem.reason, message: truncate(problem.message, 2000) }),
    time,
  };
}
