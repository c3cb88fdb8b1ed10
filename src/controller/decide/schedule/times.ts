/**
 * The times of a schedule: a cron expression of five fields in a time zone. Pure: never reads the clock.
 *
 * Daylight saving time is handled as in Vixie cron. When the clock is put forward, a skipped time occurs at the end of
 * the gap, on the same day. When it is put back, a time with a fixed hour and minute occurs once, at its first
 * occurrence; one with a wildcard or a step ("30 * * * *") occurs in both of the repeated hours.
 */
import { Cron } from 'croner';
import type { ScheduleSpec } from '../../../api/model.ts';
import { formatTime } from '../../time.ts';

/** Milliseconds since the epoch. */
export interface Times {
  /** The first time after `after`; null when there is none. */
  next(after: number): number | null;
  /** The last time before `before`; null when there is none. */
  previous(before: number): number | null;
}

/** @throws Error for invalid fields, an unknown time zone, or a day that never occurs; the message names it. */
export function timesOf({ cron, timeZone }: Pick<ScheduleSpec, 'cron' | 'timeZone'>): Times {
  // Without a function to call, it starts no timer.
  const pattern = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
  const times = {
    next: (after: number) => pattern.nextRun(formatTime(after))?.getTime() ?? null,
    previous: (before: number) => pattern.previousRuns(1, formatTime(before))[0]?.getTime() ?? null,
  };
  // The time zone is checked only at the first use. Every day that exists has occurred since 1970.
  if (times.next(0) === null) throw new Error('there is no such day');
  return times;
}

/** Milliseconds, longer than any change of the clock. */
const margin = 3 * 3_600_000;

/** The latest of the times after `after`, up to and including `until`; null when there is none. */
export function latestWithin(times: Times, after: number, until: number): number | null {
  // `previous` finds the approximate time at once; `next` from shortly before it decides, so that all answers follow
  // the same rule for changes of the clock.
  const near = times.previous(until);
  let latest: number | null = null;
  let time = times.next(near === null ? after : Math.max(after, near - margin));
  while (time !== null && time <= until) {
    latest = time;
    time = times.next(time);
  }
  return latest;
}
