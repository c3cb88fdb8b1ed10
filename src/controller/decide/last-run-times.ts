/** When a run of the Model last succeeded and last failed: stored in the Model's status, because runs are deleted. */
import type { ModelStatus } from '../../api/model.ts';
import type { TrainingRunStatus } from '../../api/training-run.ts';

type LastRunTimes = Pick<ModelStatus, 'lastSuccessfulTime' | 'lastFailedTime'>;

/** @param runs statuses of the existing runs, as stored in the API server */
export function lastRunTimes(before: LastRunTimes, runs: readonly TrainingRunStatus[]): LastRunTimes {
  const lastSuccessfulTime = latest(before.lastSuccessfulTime, runs, 'Complete');
  const lastFailedTime = latest(before.lastFailedTime, runs, 'Failed');
  return {
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
    ...(lastFailedTime !== undefined && { lastFailedTime }),
  };
}

/** Compares times as text: all have the same ISO 8601 form, so the order of the texts is the order of the times. */
function latest(
  before: string | undefined,
  runs: readonly TrainingRunStatus[],
  phase: 'Complete' | 'Failed',
): string | undefined {
  const times = runs.filter(run => run.phase === phase).map(({ completionTime }) => completionTime);
  return [before, ...times]
    .filter(time => time !== undefined)
    .sort()
    .at(-1);
}
