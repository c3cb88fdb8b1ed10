/** The condition Promoted of a run, from its entry in the Model's history. */
import type { Condition } from '../../../api/conditions.ts';
import type { HistoryEntry } from '../../../api/model.ts';
import { findCondition, setCondition } from '../conditions.ts';
import type { DecidedRun } from '../types.ts';
import { hasFailed, isFinal } from './finished-runs.ts';

/** Of a run that has not been judged yet. */
export const notJudged = {
  reason: 'NotJudged',
  message: 'A run is judged once all its stages have succeeded.',
} as const;

/** Of a run that never will be judged. */
export const runFailed = {
  reason: 'RunFailed',
  message: 'The run failed and is not judged.',
} as const;

const statuses: Record<HistoryEntry['outcome'], Condition['status']> = {
  Promoted: 'True',
  Pinned: 'True',
  AwaitingApproval: 'Unknown',
  Rejected: 'False',
  Inconclusive: 'False',
  RolloutFailed: 'False',
};

/**
 * @param notice why something that looks like an approval of the run is none, if so
 * @param now milliseconds since the epoch
 */
export function promotedCondition(
  decidedRun: DecidedRun,
  entry: HistoryEntry | undefined,
  notice: string | null,
  now: number,
): Condition {
  const before = findCondition(decidedRun.run.status.conditions, 'Promoted');
  // The condition outlives an entry that was dropped from the history.
  if (entry === undefined && isFinal(before)) return before;
  const content = entry === undefined ? unjudgedContent(decidedRun) : contentOf(entry, notice);
  // The generation at the time of the judgement, not a later one.
  const observedGeneration =
    before?.reason === content.reason ? before.observedGeneration : decidedRun.run.generation;
  const [condition] = setCondition(
    before && [before],
    { type: 'Promoted', ...content, observedGeneration },
    now,
  ) as [Condition];
  return condition;
}

type Content = Pick<Condition, 'status' | 'reason' | 'message'>;

function contentOf({ outcome, message }: HistoryEntry, notice: string | null): Content {
  const whole = notice === null ? message : `${notice} ${message}`;
  return { status: statuses[outcome], reason: outcome, message: whole };
}

/**
 * A failed run has no entry in the Model's history, which records versions; the cause of the failure is in the run's
 * own conditions.
 */
function unjudgedContent(decidedRun: DecidedRun): Content {
  const { notSelected } = decidedRun;
  if (notSelected !== null && !hasFailed(decidedRun)) return { status: 'False', ...notSelected };
  return hasFailed(decidedRun) ? { status: 'False', ...runFailed } : { status: 'Unknown', ...notJudged };
}
