/**
 * Expanding walk-forward over the whole labelled series: what the whole procedure, tuning included, would
 * have forecast had it been run again and again through the years. Nothing of a fold's future enters it:
 * parameters, thresholds and the trivial predictors come from the fold's own past.
 */
import { riskThresholds } from '../../features/risk.ts';
import { risksOf } from '../../models/baselines.ts';
import { fitRegressor } from '../../models/booster/index.ts';
import { fitClassifier } from '../../models/forest/index.ts';
import { sliceRows } from '../../models/matrix.ts';
import type { Dataset } from '../dataset.ts';
import type { StageContext } from '../stage.ts';
import { walkForwardSplits } from '../walk-forward-splits.ts';
import { type Forecasts, forecast, type TrainedModels } from './forecasts.ts';

export interface Fold {
  readonly trainedRows: number;
  readonly forecasts: Forecasts;
}

type Surroundings = Pick<StageContext, 'spec' | 'runTask' | 'signal'>;

/** Fits and forecasts one fold after another, each on all workers. */
export async function runWalkForward(
  dataset: Dataset,
  context: Surroundings,
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

/** Both models, tuned and trained on the dataset's rows `[0, trainedRows)` alone. */
async function fitOn(dataset: Dataset, trainedRows: number, context: Surroundings): Promise<TrainedModels> {
  const { spec, runTask } = context;
  const x = sliceRows(dataset.x, 0, trainedRows);
  const volatilities = dataset.volatilityAhead.subarray(0, trainedRows);
  const thresholds = riskThresholds(volatilities, spec.risk.lowQuantile, spec.risk.highQuantile);
  const { folds, embargoDays: embargo } = spec.validation;
  const options = { folds, embargo, seed: spec.seed };
  const [{ booster, trainingMean }, { forest }] = await Promise.all([
    fitRegressor(
      x,
      dataset.returnNext.subarray(0, trainedRows),
      { ...options, spec: spec.regressor },
      runTask,
    ),
    fitClassifier(x, risksOf(volatilities, thresholds), { ...options, spec: spec.classifier }, runTask),
  ]);
  return { booster, forest, trainedRows, trainingMean, thresholds };
}
