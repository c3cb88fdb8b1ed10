/** `activeDeadlineSeconds` of a run. */
import type { TrainingRunSpec, TrainingRunStatus } from '../../../api/training-run.ts';
import { clockStart } from './progress.ts';
import type { Cause } from './stage/finding.ts';

/** In milliseconds since the epoch; null when the run has no deadline or has not started. */
export function runDeadline(
  { activeDeadlineSeconds }: TrainingRunSpec,
  status: TrainingRunStatus,
  startTime: string | null,
  now: number,
): number | null {
  if (activeDeadlineSeconds === undefined || startTime === null) return null;
  return clockStart(status, startTime, now) + activeDeadlineSeconds * 1000;
}

/** The cause of failure of a run whose deadline has passed. */
export function deadlineExceeded({ activeDeadlineSeconds }: TrainingRunSpec): Cause {
  const message = `The run took longer than its activeDeadlineSeconds of ${activeDeadlineSeconds}.`;
  return { reason: 'RunDeadlineExceeded', message };
}
