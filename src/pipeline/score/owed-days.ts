/** Whose each day is: the version that was the one to serve at its end. */
import type { Tenure } from '../../api/tenures.ts';
import { addDays } from '../../market/days.ts';

/**
 * The days of each version. Days before the first tenure are the first version's, though nobody was served its forecasts
 * then: it is asked what it would have said.
 * @param tenures oldest first, at least one.
 * @param days of the exchange's calendar.
 */
export function owedDays(tenures: readonly Tenure[], days: readonly string[]): Map<string, Set<string>> {
  const owed = new Map<string, Set<string>>();
  for (const day of days) {
    const end = endOf(day);
    const { version } = tenures.findLast(({ since }) => Date.parse(since) <= end) ?? tenures[0]!;
    owed.set(version, (owed.get(version) ?? new Set()).add(day));
  }
  return owed;
}

/**
 * The midnight UTC that ends the day, in milliseconds since the epoch; bars carry the exchange's day and no time of it. It
 * lies after that day's close on every exchange and before the next: in New York at 19:00 or 20:00, in Tokyo as the next
 * session opens, in Sydney and Wellington hours into it.
 */
function endOf(day: string): number {
  return Date.parse(addDays(day, 1));
}
