/** How scoring went in the runs that ended now, each once. */
import type { ModelStatus } from '../../../api/model.ts';
import { truncate } from '../conditions.ts';
import type { RunScore } from '../types.ts';

export type RunState = NonNullable<NonNullable<ModelStatus['scoring']>['run']>;

/** Oldest first, those after the one that is known already: a run whose own status was not written is seen again. */
export function newRuns(known: RunState | undefined, found: readonly RunScore[]): RunState[] {
  return found
    .map(stateOf)
    .filter(({ time }) => known === undefined || time > known.time)
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
