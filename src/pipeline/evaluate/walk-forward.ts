/**
 * Expanding walk-forward over the whole labelled series: the forecasts of the whole procedure, tuning included, as if it
 * had been repeated through the years. A fold uses no later rows: parameters, thresholds and the trivial predictors come
 * from the rows before it.
 */
import { riskThresholds } from '../../features/risk.ts';
import type { Dataset } from '../dataset.ts';
import { fitModels } from '../fit-models.ts';
import type { StageContext } from '../stage.ts';
import { walkForwardSplits } from '../walk-forward-splits.ts';
import { type Forecasts, forecast, type TrainedModels } from './forecasts.ts';

export interface Fold {
  readonly trainedRows: number;
  readonly forecasts: Forecasts;
}

type RunEnvironment = Pick<StageContext, 'spec' | 'runTask' | 'signal'>;

/** Fits and forecasts the folds one after another, each on all workers. */
export async function runWalkForward(
  dataset: Dataset,
  context: RunEnvironment,
  onFold: (done: number, folds: number) => void,
): Promise<Fold[]> {
  const { labelledRows, training } = dataset.description;
  const splits = walkForwardSplits(labelledRows, training.toRow, context.spec.validation);
  const folds: Fold[] = [];
  for (const { trainEnd, testStart, testEnd } of splits) {
    context.signal.throwIfAborted();
    const models = await fitOn(dataset, trainEnd, context);
    folds.push({ trainedRows: trainEnd, forecasts: forecast(dataset, models, testStart, testEnd) });
    onFold(folds.length, splits.length);
  }
  return folds;
}

/** Both models, tuned and trained on the dataset's rows `[0, trainedRows)` only. */
async function fitOn(dataset: Dataset, trainedRows: number, context: RunEnvironment): Promise<TrainedModels> {
  const { spec, runTask } = context;
  const volatilities = dataset.volatilityAhead.subarray(0, trainedRows);
  const thresholds = riskThresholds(volatilities, spec.risk.lowQuantile, spec.risk.highQuantile);
  const window = { fromRow: 0, toRow: trainedRows, thresholds };
  const { regressor, classifier } = await fitModels(dataset, window, spec, runTask);
  const { booster, trainingMean } = regressor;
  return { booster, forest: classifier.forest, trainedRows, trainingMean, thresholds };
}
