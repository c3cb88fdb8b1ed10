/** When the next Score Job is made. */
import type { ModelStatus, ScoringSpec } from '../../../api/model.ts';
import { parseTime } from '../../time.ts';
import { latestWithin, timesOf } from '../schedule/times.ts';

export interface Due {
  /** The time that has come, milliseconds since the epoch; null: none has. */
  readonly time: number | null;
  /** The next one; null when there is none any more. */
  readonly next: number | null;
}

/** A time missed by more than this is left out: the next one scores the same days. */
const startingDeadline = 3_600_000;

/**
 * Of several times that have come, the last one counts. What is asked for from now on owes nothing from before.
 * @throws Error for fields or a time zone that mean nothing.
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
