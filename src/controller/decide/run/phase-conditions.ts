/** The conditions of a run in each phase: all four are set from the first status update on. */
import type { Condition } from '../../../api/conditions.ts';
import type { TrainingRunStatus } from '../../../api/training-run.ts';
import type { RunResource } from '../../observation.ts';
import { findCondition, setConditions } from '../conditions.ts';
import { notJudged, runFailed } from '../promotion/condition.ts';
import type { Cause } from './stage/finding.ts';

export type Phase = NonNullable<TrainingRunStatus['phase']>;

/** The conditions of `run` when it is in `phase` because of `cause`. */
export function conditionsOf(run: RunResource, phase: Phase, cause: Cause, now: number): Condition[] {
  const observedGeneration = run.generation;
  const change = (type: string, status: Condition['status'], { reason, message }: Cause) => ({
    type,
    status,
    reason,
    message,
    observedGeneration,
  });
  const [complete, failed] = ends[phase];
  const suspended =
    phase === 'Suspended'
      ? change('Suspended', 'True', cause)
      : change('Suspended', 'False', { reason: 'NotSuspended', message: 'The run is not suspended.' });
  return setConditions(
    run.status.conditions,
    [
      change('Complete', complete, cause),
      change('Failed', failed, cause),
      suspended,
      ...promoted(run, phase, change),
    ],
    now,
  );
}

const ends: Readonly<Record<Phase, readonly [Condition['status'], Condition['status']]>> = {
  Pending: ['Unknown', 'Unknown'],
  Running: ['Unknown', 'Unknown'],
  Suspended: ['Unknown', 'Unknown'],
  Complete: ['True', 'False'],
  Failed: ['False', 'True'],
};

/** `promotion/` sets this condition; here it gets its initial value, and its final one when the run fails. */
function promoted<T>(
  run: RunResource,
  phase: Phase,
  change: (type: string, status: Condition['status'], cause: Cause) => T,
): T[] {
  if (phase === 'Failed') return [change('Promoted', 'False', runFailed)];
  if (findCondition(run.status.conditions, 'Promoted') !== undefined) return [];
  return [change('Promoted', 'Unknown', notJudged)];
}
