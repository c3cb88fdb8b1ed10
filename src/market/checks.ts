/**
 * The rules that bars must obey before they are used. Pure; every violation is collected. Messages end in the status of the
 * run, so they name the row and the column, and contain no value of a bar.
 */
import type { Bar } from './bar.ts';
import { canonicalBar } from './canonical.ts';
import { daysBetween } from './days.ts';
import type { RawBar, Split } from './source.ts';
import { likelySplits, unadjustedSplits } from './splits.ts';
import { failureOf, type Violation } from './violations.ts';

export interface BarLimits {
  /** Longest gap between two bars, in calendar days. */
  readonly maximumGapDays: number;
  /** Fewest bars. */
  readonly minimumBars: number;
  /** Oldest last bar, in calendar days before a day; undefined: any age. */
  readonly age: { readonly maximumDays: number; readonly asOf: string } | undefined;
}

/** The limits and the day after which there can be no bar. */
export type DatedBarLimits = BarLimits & { readonly latestDay: string };

interface PlacedBar extends Bar {
  readonly place: string;
}

/**
 * Rounds the rows canonically and checks them.
 * @param rows with at least one price each; `withoutEmptyRows` drops the others.
 * @param splits null when the source has no record of splits.
 * @throws Failure `InvalidBars`, else `TooFewBars`, else `StaleBars`, naming every row that breaks a rule.
 */
export function checkBars(
  symbol: string,
  rows: readonly RawBar[],
  splits: readonly Split[] | null,
  limits: DatedBarLimits,
): Bar[] {
  const incomplete = rows.flatMap(missingCells);
  const placed = rows.flatMap(row => (isComplete(row) ? [{ ...canonicalBar(row), place: row.place }] : []));
  const violations = [
    ...incomplete,
    ...unordered(placed),
    ...inTheFuture(placed, limits.latestDay),
    ...placed.flatMap(badPrices),
    ...gaps(placed, limits.maximumGapDays),
    ...(splits === null ? likelySplits(placed) : unadjustedSplits(placed, splits)),
    ...tooFew(rows.length, limits.minimumBars),
    ...stale(placed, limits.age),
  ];
  if (violations.length > 0) throw failureOf(`bars of ${symbol}`, violations);
  return placed.map(({ place: _, ...bar }) => bar);
}

/** Separates rows without any price (holidays, halted days) from the others. */
export function withoutEmptyRows(rows: readonly RawBar[]): { rows: RawBar[]; empty: RawBar[] } {
  const isEmpty = (row: RawBar): boolean =>
    row.open === null && row.high === null && row.low === null && row.close === null && !row.volume;
  return { rows: rows.filter(row => !isEmpty(row)), empty: rows.filter(isEmpty) };
}

const columns = ['open', 'high', 'low', 'close', 'volume'] as const;

function isComplete(row: RawBar): row is RawBar & Bar {
  return columns.every(column => Number.isFinite(row[column]));
}

function missingCells(row: RawBar): Violation[] {
  const missing = columns.filter(column => !Number.isFinite(row[column]));
  return missing.length === 0 ? [] : [invalid(row, `${missing.join(', ')} missing or not a number`)];
}

function unordered(bars: readonly PlacedBar[]): Violation[] {
  return bars.slice(1).flatMap((bar, index) => {
    const before = bars[index];
    if (before === undefined || before.date < bar.date) return [];
    if (before.date === bar.date) return [invalid(bar, `the same day as ${before.place}`)];
    return [invalid(bar, `earlier than ${before.place}: bars must be sorted, oldest first`)];
  });
}

/** Invented days would decide how a run and the champion are compared. */
function inTheFuture(bars: readonly PlacedBar[], latestDay: string): Violation[] {
  return bars.filter(({ date }) => date > latestDay).map(bar => invalid(bar, 'its day is in the future'));
}

function badPrices(bar: PlacedBar): Violation[] {
  const { open, high, low, close, volume } = bar;
  const faults: string[] = [];
  for (const column of columns.slice(0, 4)) {
    if (!(bar[column] > 0)) faults.push(`${column} is not above zero`);
  }
  if (volume < 0) faults.push('volume is below zero');
  if (high < low) faults.push('high is below low');
  else {
    if (open < low || open > high) faults.push('open is not between low and high');
    if (close < low || close > high) faults.push('close is not between low and high');
  }
  return faults.map(fault => invalid(bar, fault));
}

function gaps(bars: readonly PlacedBar[], maximumDays: number): Violation[] {
  return bars.slice(1).flatMap((bar, index) => {
    const before = bars[index] ?? bar;
    return daysBetween(before.date, bar.date) <= maximumDays
      ? []
      : [invalid(bar, `more days after ${before.place} than data.maximumGapDays, ${maximumDays}`)];
  });
}

function tooFew(count: number, minimum: number): Violation[] {
  if (count >= minimum) return [];
  return [{ reason: 'TooFewBars', message: `${count} bars; data.minimumBars is ${minimum}` }];
}

function stale(bars: readonly PlacedBar[], age: BarLimits['age']): Violation[] {
  const last = bars.at(-1);
  if (last === undefined || age === undefined) return [];
  const days = daysBetween(last.date, age.asOf);
  if (days <= age.maximumDays) return [];
  const message =
    `the last bar, ${last.date}, is ${days} days old on ${age.asOf}; data.maximumBarAgeDays is ` +
    `${age.maximumDays} (delisted, renamed or suspended?)`;
  return [{ reason: 'StaleBars', message }];
}

function invalid({ place }: Pick<RawBar, 'place'>, what: string): Violation {
  return { reason: 'InvalidBars', message: `${place}: ${what}` };
}
