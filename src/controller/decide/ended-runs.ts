/** When runs of a Model last ended well and badly: kept by the Model, since runs are deleted. */
import type { ModelStatus } from '../../api/model.ts';
import type { TrainingRunStatus } from '../../api/training-run.ts';

type EndedRuns = Pick<ModelStatus, 'lastSuccessfulTime' | 'lastFailedTime'>;

/** @param runs statuses of those that are there, as they are written */
export function endedRuns(before: EndedRuns, runs: readonly TrainingRunStatus[]): EndedRuns {
  const lastSuccessfulTime = latest(before.lastSuccessfulTime, runs, 'Complete');
  const lastFailedTime = latest(before.lastFailedTime, runs, 'Failed');
  return {
    ...(lastSuccessfulTime !== undefined && { lastSuccessfulTime }),
    ...(lastFailedTime !== undefined && { lastFailedTime }),
  };
}

/** Times are all in one form, whose order is that of their texts. */
function latest(
  before: string | undefined,
  runs: readonly TrainingRunStatus[],
  end: 'Complete' | 'Failed',
): string | undefined {
  const times = runs.filter(({ phase }) => phase === end).map(({ completionTime }) => completionTime);
  return [before, ...times]
    .filter(time => time !== undefined)
    .sort()
    .at(-1);
}
