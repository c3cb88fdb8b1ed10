/** Scores of the return forecasts, compared with the mean and zero. */
import type { RegressionScore } from '../../api/evaluation.ts';
import { constantReturns } from '../../models/baselines.ts';
import { bootstrapMean } from '../../models/statistics/block-bootstrap.ts';
import { dieboldMariano } from '../../models/statistics/diebold-mariano.ts';
import { meanAbsoluteError, rootMeanSquaredError, squaredErrors } from '../../models/statistics/errors.ts';
import { hitRate } from '../../models/statistics/hit-rate.ts';
import type { Forecasts } from './forecasts.ts';

type Returns = Pick<Forecasts, 'actualReturn' | 'predictedReturn' | 'meanReturn'>;

export function scoreRegression(forecasts: Returns, seed: number): RegressionScore {
  const { actualReturn: actual, predictedReturn: predicted, meanReturn } = forecasts;
  const rows = actual.length;
  const losses = squaredErrors(actual, predicted);
  const meanLosses = squaredErrors(actual, meanReturn);
  const errors = (forecast: Float64Array) => ({
    rmse: rootMeanSquaredError(actual, forecast),
    mae: meanAbsoluteError(actual, forecast),
  });
  const [model, mean] = [errors(predicted), errors(meanReturn)];
  return {
    rows,
    model,
    mean,
    zero: errors(constantReturns(0, rows)),
    rmseRatio: rmseRatio(model.rmse, mean.rmse),
    squaredErrorDifference: bootstrapMean(
      losses.map((loss, row) => loss - meanLosses[row]!),
      seed,
    ),
    dieboldMariano: dieboldMariano(losses, meanLosses),
    hitRate: { model: hitRate(actual, predicted), mean: hitRate(actual, meanReturn) },
  };
}

/** Below 1 is better than the mean; 1 when the mean has no error at all. */
export function rmseRatio(rmse: number, meanRmse: number): number {
  return meanRmse > 0 ? rmse / meanRmse : 1;
}
