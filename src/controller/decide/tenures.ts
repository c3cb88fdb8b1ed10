/** Which version was the champion from when to when, as far as a Model's status records it. */
import type { Champion, HistoryEntry } from '../../api/model.ts';
import type { Tenure } from '../../api/tenures.ts';
import { parseTime } from '../time.ts';

/**
 * A tenure starts when a version becomes the champion; the minutes of its rollout are part of it. A version whose
 * rollout failed has no tenure: that of the version before it continues.
 * @param history newest first; where entries were dropped for lack of room, only the champion's tenure is restored.
 * @returns oldest first; the champion's is the last. Empty without a champion.
 */
export function tenuresOf(champion: Champion | null, history: readonly HistoryEntry[]): Tenure[] {
  if (champion === null) return [];
  const { version, promotedAt } = champion;
  const tenures: Tenure[] = [];
  for (const entry of history.toReversed()) {
    if (entry.version === undefined) continue;
    if (entry.outcome === 'Promoted' || entry.outcome === 'Pinned') {
      tenures.push({ version: entry.version, since: entry.time });
    } else if (entry.outcome === 'RolloutFailed' && tenures.at(-1)?.version === entry.version) {
      tenures.pop();
    }
  }
  // A version promoted after the present champion was replaced before it was rolled out.
  const known = tenures.filter(({ since }) => parseTime(since) <= parseTime(promotedAt));
  return known.at(-1)?.version === version ? known : [...known, { version, since: promotedAt }];
}
