/** Scores of each fold of the walk-forward: they show whether a result is steady or due to a few folds. */
import type { Evaluation } from '../../api/evaluation.ts';
import { rootMeanSquaredError } from '../../models/statistics/errors.ts';
import type { Forecasts } from './forecasts.ts';
import { rmseRatio } from './regression-score.ts';
import type { Fold } from './walk-forward.ts';

export function foldScores(folds: readonly Fold[]): Evaluation['regression']['folds'] {
  return folds.map(({ trainedRows, forecasts }) => {
    const rmse = rootMeanSquaredError(forecasts.actualReturn, forecasts.predictedReturn);
    const meanRmse = rootMeanSquaredError(forecasts.actualReturn, forecasts.meanReturn);
    return {
      from: forecasts.dates[0]!,
      to: forecasts.dates.at(-1)!,
      rows: forecasts.dates.length,
      trainedRows,
      rmse,
      meanRmse,
      ratio: rmseRatio(rmse, meanRmse),
      accuracy: accuracy(forecasts, forecasts.predictedRisk),
      persistenceAccuracy: accuracy(forecasts, forecasts.persistenceRisk),
    };
  });
}

function accuracy({ actualRisk }: Forecasts, risks: Uint8Array): number {
  return actualRisk.reduce((sum, level, row) => sum + Number(level === risks[row]), 0) / actualRisk.length;
}
