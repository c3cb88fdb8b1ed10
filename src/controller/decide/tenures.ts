/** Since when each version has been the one that serves, as far as a Model's status knows. */
import type { Champion, HistoryEntry } from '../../api/model.ts';
import type { Tenure } from '../../api/tenures.ts';
import { parseTime } from '../time.ts';

/**
 * A tenure begins when a version is made the champion: the minutes of its rollout count to it. One whose rollout failed
 * had none, and the one before it went on.
 * @param history newest first; entries that it has no room for any more are made good for the champion alone.
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
  // What was made the champion after the one that is it now, and is not: it was replaced before it was rolled out.
  const known = tenures.filter(({ since }) => parseTime(since) <= parseTime(promotedAt));
  return known.at(-1)?.version === version ? known : [...known, { version, since: promotedAt }];
}
