/** Assigns each day to the version that served at its end. */
import type { Tenure } from '../../api/tenures.ts';
import { addDays } from '../../market/days.ts';

/**
 * The days of each version. Days before the first tenure are assigned to the first version, although it did not serve
 * then: its forecasts for them are computed afterwards.
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
 * The midnight UTC that ends the day, in Unix milliseconds; bars have the exchange's day without a time. It is after that
 * day's close on every exchange and before the next close: in New York at 19:00 or 20:00, in Tokyo when the next session
 * opens, in Sydney and Wellington hours into it.
 */
function endOf(day: string): number {
  return Date.parse(addDays(day, 1));
}
