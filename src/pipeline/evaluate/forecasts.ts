/** Forecasts of rows that the models were not trained on, with the actual values and the trivial predictors. */
import type { Prediction, PredictionSet } from '../../api/predictions.ts';
import type { RiskLevel } from '../../api/risk.ts';
import { riskLevels } from '../../features/risk.ts';
import { constantReturns, constantRisk, majorityRisk } from '../../models/baselines.ts';
import type { Booster } from '../../models/booster/booster.ts';
import { predictReturns } from '../../models/booster/predict.ts';
import type { Forest } from '../../models/forest/forest.ts';
import { predictRisk } from '../../models/forest/predict.ts';
import { sliceRows } from '../../models/matrix.ts';
import type { Dataset } from '../dataset.ts';

/** Both models, and the trivial predictors of the same training rows. */
export interface TrainedModels {
  readonly booster: Booster;
  readonly forest: Forest;
  /** Rows `[0, trainedRows)` of the dataset. */
  readonly trainedRows: number;
  readonly trainingMean: number;
  readonly thresholds: readonly [number, number];
}

/** One entry per row, oldest first; `probabilities` has three per row. Returns are fractions, risks 0, 1 or 2. */
export interface Forecasts {
  readonly dates: readonly string[];
  readonly actualReturn: Float64Array;
  readonly predictedReturn: Float64Array;
  readonly meanReturn: Float64Array;
  readonly actualRisk: Uint8Array;
  readonly predictedRisk: Uint8Array;
  readonly probabilities: Float64Array;
  readonly majorityRisk: Uint8Array;
  readonly persistenceRisk: Uint8Array;
  readonly knownPartRisk: Uint8Array;
}

/** Forecasts of the dataset's rows `[from, to)`. */
export function forecast(dataset: Dataset, models: TrainedModels, from: number, to: number): Forecasts {
  const { thresholds, trainedRows, trainingMean } = models;
  const x = sliceRows(dataset.x, from, to);
  const { levels, probabilities } = predictRisk(models.forest, x);
  const trainingRisk = riskLevels(dataset.volatilityAhead.subarray(0, trainedRows), thresholds);
  return {
    dates: dataset.dates.slice(from, to),
    actualReturn: dataset.returnNext.subarray(from, to),
    predictedReturn: predictReturns(models.booster, x),
    // In the single precision of the model's forecasts: a model that equals the mean must not differ from it by a rounding
    // error, which a test would take for a difference.
    meanReturn: constantReturns(Math.fround(trainingMean), to - from),
    actualRisk: riskLevels(dataset.volatilityAhead.subarray(from, to), thresholds),
    predictedRisk: levels,
    probabilities,
    majorityRisk: constantRisk(majorityRisk(trainingRisk), to - from),
    persistenceRisk: riskLevels(dataset.volatilityNow.subarray(from, to), thresholds),
    knownPartRisk: riskLevels(dataset.volatilityKnown.subarray(from, to), thresholds),
  };
}

/** Concatenates the forecasts of consecutive parts. */
export function joinForecasts(parts: readonly Forecasts[]): Forecasts {
  const numbers = (column: (part: Forecasts) => Float64Array) =>
    Float64Array.from(parts.flatMap(part => Array.from(column(part))));
  const risks = (column: (part: Forecasts) => Uint8Array) =>
    Uint8Array.from(parts.flatMap(part => Array.from(column(part))));
  return {
    dates: parts.flatMap(part => part.dates),
    actualReturn: numbers(part => part.actualReturn),
    predictedReturn: numbers(part => part.predictedReturn),
    meanReturn: numbers(part => part.meanReturn),
    actualRisk: risks(part => part.actualRisk),
    predictedRisk: risks(part => part.predictedRisk),
    probabilities: numbers(part => part.probabilities),
    majorityRisk: risks(part => part.majorityRisk),
    persistenceRisk: risks(part => part.persistenceRisk),
    knownPartRisk: risks(part => part.knownPartRisk),
  };
}

/** The rows of `predictions.csv`. */
export function predictionsOf(forecasts: Forecasts, set: PredictionSet): Prediction[] {
  const { probabilities } = forecasts;
  // Every risk comes from `riskLevel` or from the forest's vote over three classes.
  const risk = (risks: Uint8Array, row: number) => risks[row] as RiskLevel;
  return forecasts.dates.map((date, row) => ({
    date,
    set,
    actualReturn: forecasts.actualReturn[row]!,
    predictedReturn: forecasts.predictedReturn[row]!,
    meanReturn: forecasts.meanReturn[row]!,
    actualRisk: risk(forecasts.actualRisk, row),
    predictedRisk: risk(forecasts.predictedRisk, row),
    probabilities: [probabilities[3 * row]!, probabilities[3 * row + 1]!, probabilities[3 * row + 2]!],
    persistenceRisk: risk(forecasts.persistenceRisk, row),
    knownPartRisk: risk(forecasts.knownPartRisk, row),
  }));
}
