/** After a failed rollout: the last good version becomes the champion again, and the history gets an entry. */
import { type Champion, type HistoryEntry, historyLimit } from '../../../api/model.ts';
import { formatTime } from '../../time.ts';
import type { Rollout, Serving } from './rollout.ts';

/** The last good version as champion; `promotedAt` is that of its promotion, if the history still has it. */
export function lastGoodChampion(serving: Serving, history: readonly HistoryEntry[]): Champion {
  const entry = promotionOf(history, serving.version);
  return {
    run: serving.run,
    version: serving.version,
    promotedAt: entry?.time ?? serving.since,
    ...(entry?.metrics && { metrics: entry.metrics }),
  };
}

/** The history with an entry for the failure, newest first. */
export function withFailure(
  history: readonly HistoryEntry[],
  failed: Champion,
  { message = '' }: Rollout,
  now: number,
): HistoryEntry[] {
  const entry = promotionOf(history, failed.version);
  const failure: HistoryEntry = {
    run: failed.run,
    ...(entry?.runUid && { runUid: entry.runUid }),
    version: failed.version,
    outcome: 'RolloutFailed',
    reason: 'RolloutFailed',
    message,
    ...(entry?.holdout && { holdout: entry.holdout }),
    ...(failed.metrics && { metrics: failed.metrics }),
    time: formatTime(now),
  };
  return [failure, ...history].slice(0, historyLimit);
}

/** The newest entry by which the version became the champion. */
function promotionOf(history: readonly HistoryEntry[], version: string): HistoryEntry | undefined {
  return history.find(
    entry => entry.version === version && (entry.outcome === 'Promoted' || entry.outcome === 'Pinned'),
  );
}
