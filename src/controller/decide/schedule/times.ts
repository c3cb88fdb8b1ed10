/**
 * The times of a schedule: five fields of cron in a time zone. Pure: every answer is for a moment that is given.
 *
 * Where the clock is put forward, a time that is skipped comes at the end of the gap, on the same day. Where it is put
 * back, a time that says its hour and minute comes once, the first time round; one with a wildcard or a step
 * ("30 * * * *") comes in both of the repeated hours. As Vixie cron has it, and as people expect of a nightly job.
 */
import { Cron } from 'croner';
import type { ScheduleSpec } from '../../../api/model.ts';
import { formatTime } from '../../time.ts';

/** Milliseconds since the epoch. */
export interface Times {
  /** The first after a moment; null when there is none any more. */
  next(after: number): number | null;
  /** The last before a moment; null when there is none. */
  previous(before: number): number | null;
}

/** @throws Error for fields or a time zone that mean nothing, or a day that never comes; the message says which. */
export function timesOf({ cron, timeZone }: Pick<ScheduleSpec, 'cron' | 'timeZone'>): Times {
  // Without a function to call it never starts a timer: it only reckons.
  const pattern = new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });
  const times = {
    next: (after: number) => pattern.nextRun(formatTime(after))?.getTime() ?? null,
    previous: (before: number) => pattern.previousRuns(1, formatTime(before))[0]?.getTime() ?? null,
  };
  // A time zone is looked up only when it is needed. The years since 1970 have had every day that there is.
  if (times.next(0) === null) throw new Error('there is no such day');
  return times;
}

/** Longer than any clock is put forward or back. */
const margin = 3 * 3_600_000;

/** The latest of the times after `after`, up to and with `until`; null when there is none. */
export function latestWithin(times: Times, after: number, until: number): number | null {
  // Looking back finds the place at once; looking ahead from a little before it has the last word, so that there is
  // one opinion on what the clock's changes do.
  const near = times.previous(until);
  let latest: number | null = null;
  let time = times.next(near === null ? after : Math.max(after, near - margin));
  while (time !== null && time <= until) {
    latest = time;
    time = times.next(time);
  }
  return latest;
}
