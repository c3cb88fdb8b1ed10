/** The days that a run requests, from its spec and the time of its start. Pure. */
import type { DataSpec } from '../api/training-run.ts';
import { addDays, utcDay } from './days.ts';

/** The default of `lookbackDays` for live sources, whose history goes back for decades. */
const defaultLookbackDays = 3650;
const earliestDay = '1900-01-01';

export interface DayRange {
  /** First day, inclusive. */
  readonly start: string;
  /** Last day, inclusive; undefined: the latest. */
  readonly end: string | undefined;
  /** The range begins this many days before its last bar, if that is later than `start`. */
  readonly lookbackDays: number | undefined;
  /** The day of the run (UTC) when it decides which bars there are; undefined when they are the same tomorrow. */
  readonly asOf: string | undefined;
}

/**
 * A live source counts back from `end` or from the day of the run; any other source counts back from its own last bar,
 * regardless of today.
 * @param now ISO 8601.
 */
export function dayRange(data: DataSpec, isLive: boolean, now: string): DayRange {
  const { start, end, lookbackDays } = data;
  if (!isLive) {
    return { start: start ?? earliestDay, end, lookbackDays, asOf: undefined };
  }
  const today = utcDay(now);
  // West of Greenwich yesterday may not have ended.
  const isOver = end !== undefined && end < addDays(today, -1);
  return {
    start: start ?? addDays(end ?? today, -(lookbackDays ?? defaultLookbackDays)),
    end,
    lookbackDays: undefined,
    asOf: isOver ? undefined : today,
  };
}

/** The rows within the range. */
export function cutRows<Row extends { readonly date: string }>(rows: readonly Row[], range: DayRange): Row[] {
  const { end, lookbackDays } = range;
  const ended = rows.filter(row => end === undefined || row.date <= end);
  const last = ended.reduce((latest, row) => (row.date > latest ? row.date : latest), range.start);
  const first = lookbackDays === undefined ? range.start : addDays(end ?? last, -lookbackDays);
  return ended.filter(row => row.date >= range.start && row.date >= first);
}
