/** The condition Promoted of a run, from what the Model's history says of it. */
import type { Condition } from '../../../api/conditions.ts';
import type { HistoryEntry } from '../../../api/model.ts';
import { findCondition, setCondition } from '../conditions.ts';
import type { JudgedRun } from '../types.ts';
import { notJudged, runFailed } from '../unjudged.ts';
import { hasFailed } from './settled.ts';

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
  judgedRun: JudgedRun,
  entry: HistoryEntry | undefined,
  now: number,
): Condition {
  const before = findCondition(judgedRun.run.status.conditions, 'Promoted');
  // What the history has forgotten, the condition has not.
  if (entry === undefined && before !== undefined && before.status !== 'Unknown') return before;
  const known = entry === undefined ? unjudgedView(judgedRun) : viewOf(entry);
  // Of the generation that was judged, not of later ones.
  const observedGeneration =
    before?.reason === known.reason ? before.observedGeneration : judgedRun.run.generation;
  const [condition] = setCondition(
    before && [before],
    { type: 'Promoted', ...known, observedGeneration },
    now,
  ) as [Condition];
  return condition;
}

type View = Pick<Condition, 'status' | 'reason' | 'message'>;

function viewOf({ outcome, message }: HistoryEntry): View {
  return { status: statuses[outcome], reason: outcome, message };
}

/**
 * A failed run has no entry in the Model's history: that is the record of versions, and the failure's cause is in the
 * run's own conditions.
 */
function unjudgedView(judgedRun: JudgedRun): View {
  return hasFailed(judgedRun) ? { status: 'False', ...runFailed } : { status: 'Unknown', ...notJudged };
}
