/** Days that should have a bar and have none yet, which would make the next day's truth that of two days. */
import type { FetchReport } from '../../api/artifacts.ts';
import type { Bar } from '../../market/bar.ts';

/** So many bars must have come after a hole until it passes for a day without trade, as it does in training. */
const barsUntilHalt = 5;

/**
 * The bars before the first recent hole; all where there is none. Scoring waits there, since it is for good and the
 * source may still fill the hole.
 * @param bars oldest first.
 * @param dropped days that the source named without giving a settled bar of them, oldest first.
 */
export function beforeRecentHole(bars: readonly Bar[], dropped: FetchReport['dropped']): readonly Bar[] {
  const days = new Set(bars.map(({ date }) => date));
  const recent = bars.at(-barsUntilHalt)?.date ?? '';
  const hole = dropped.find(({ date }) => date > recent && !days.has(date));
  return hole === undefined ? bars : bars.filter(({ date }) => date < hole.date);
}
