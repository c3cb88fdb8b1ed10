/** Days without a bar that should have one: the next day's return would then be that of two days. */
import type { FetchReport } from '../../api/artifacts.ts';
import type { Bar } from '../../market/bar.ts';

/** After this many later bars a hole counts as a day without trade, as in training. */
const barsUntilHalt = 5;

/**
 * The bars before the first recent hole, or all bars. Scoring waits at a hole, because a day is scored only once and the
 * source may still fill the hole.
 * @param bars oldest first.
 * @param dropped days that the source lists without a settled bar, oldest first.
 */
export function beforeRecentHole(bars: readonly Bar[], dropped: FetchReport['dropped']): readonly Bar[] {
  const days = new Set(bars.map(({ date }) => date));
  const recent = bars.at(-barsUntilHalt)?.date ?? '';
  const hole = dropped.find(({ date }) => date > recent && !days.has(date));
  return hole === undefined ? bars : bars.filter(({ date }) => date < hole.date);
}
