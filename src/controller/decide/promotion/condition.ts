/** The condition Promoted of a run, from its entry in the Model's history. */
import type { Condition } from '../../../api/conditions.ts';
import type { HistoryEntry } from '../../../api/model.ts';
import { findCondition, setCondition } from '../conditions.ts';
import type { DecidedRun } from '../types.ts';
import { hasFailed } from './finished-runs.ts';

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

/** @param now milliseconds since the epoch */
export function promotedCondition(
  decidedRun: DecidedRun,
  entry: HistoryEntry | undefined,
  now: number,
): Condition {
  const before = findCondition(decidedRun.run.status.conditions, 'Promoted');
  // The condition outlives an entry that was dropped from the history.
  if (entry === undefined && before !== undefined && before.status !== 'Unknown') return before;
  const content = entry === undefined ? unjudgedContent(decidedRun) : contentOf(entry);
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

function contentOf({ outcome, message }: HistoryEntry): Content {
  return { status: statuses[outcome], reason: outcome, message };
}

/**
 * A failed run has no entry in the Model's history, which records versions; the cause of the failure is in the run's
 * own conditions.
 */
function unjudgedContent(decidedRun: DecidedRun): Content {
  return hasFailed(decidedRun) ? { status: 'False', ...runFailed } : { status: 'Unknown', ...notJudged };
}
