/** The time limit of a whole run. */
import type { TrainingRunSpec, TrainingRunStatus } from '../../../api/training-run.ts';
import { clockStart } from './progress.ts';
import type { Cause } from './stage/finding.ts';

/** In milliseconds since the epoch; null: none, or the run has not started. */
export function runDeadline(
  { activeDeadlineSeconds }: TrainingRunSpec,
  status: TrainingRunStatus,
  startTime: string | null,
  now: number,
): number | null {
  if (activeDeadlineSeconds === undefined || startTime === null) return null;
  return clockStart(status, startTime, now) + activeDeadlineSeconds * 1000;
}

/** Why a run has failed whose deadline has passed. */
export function deadlinePassed({ activeDeadlineSeconds }: TrainingRunSpec): Cause {
  const message = `The run took longer than its activeDeadlineSeconds of ${activeDeadlineSeconds}.`;
  return { reason: 'RunDeadlineExceeded', message };
}
