/** When Score Jobs are due. */
import type { ModelStatus, ScoringSpec } from '../../../api/model.ts';
import { parseTime } from '../../time.ts';
import { latestWithin, timesOf } from '../schedule/times.ts';

export interface Due {
  /** The time that is due, in milliseconds since the epoch; null when none is. */
  readonly time: number | null;
  /** The next time; null when there is none. */
  readonly next: number | null;
}

/** Milliseconds. A time missed by more than this is skipped: the next one scores the same days. */
const startingDeadline = 3_600_000;

/**
 * Of several due times only the last counts. Times before scoring was configured are not made up for.
 * @throws Error for invalid cron fields or an unknown time zone.
 */
export function scoringDue(spec: ScoringSpec, status: ModelStatus['scoring'], now: number): Due {
  const times = timesOf(spec);
  const { lastScheduleTime, nextScheduleTime } = status ?? {};
  let since = now;
  if (lastScheduleTime !== undefined) since = parseTime(lastScheduleTime);
  else if (nextScheduleTime !== undefined) since = parseTime(nextScheduleTime) - 1000;
  return {
    time: latestWithin(times, Math.max(since, now - startingDeadline), now),
    next: times.next(now),
  };
}
