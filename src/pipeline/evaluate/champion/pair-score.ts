/** Compares two models' forecasts of the same days, with tests of whether the difference is due to chance. */
import type { ComparedChampion } from '../../../api/evaluation.ts';
import { bootstrapMean } from '../../../models/statistics/block-bootstrap.ts';
import { dieboldMariano } from '../../../models/statistics/diebold-mariano.ts';
import { rootMeanSquaredError, squaredErrors } from '../../../models/statistics/errors.ts';
import { mean } from '../../../models/statistics/mean.ts';
import { compareRisks } from '../classification-score.ts';
import { rmseRatio } from '../regression-score.ts';

/** One entry a day, oldest first. Returns are fractions, risks 0, 1 or 2. */
export interface Pair {
  readonly actualReturn: Float64Array;
  readonly predictedReturn: Float64Array;
  readonly championReturn: Float64Array;
  /** By the run's own thresholds. */
  readonly actualRisk: Uint8Array;
  readonly predictedRisk: Uint8Array;
  /** By the champion's. */
  readonly championActualRisk: Uint8Array;
  readonly championRisk: Uint8Array;
}

type Scores = Pick<ComparedChampion, 'regression'> & {
  readonly classification: Omit<ComparedChampion['classification'], 'question' | 'championQuestion'>;
};

/** @param pair at least two days. */
export function scorePair(pair: Pair, seed: number): Scores {
  return { regression: returnScores(pair, seed), classification: riskScores(pair, seed) };
}

function returnScores({ actualReturn, predictedReturn, championReturn }: Pair, seed: number) {
  const losses = squaredErrors(actualReturn, predictedReturn);
  const championLosses = squaredErrors(actualReturn, championReturn);
  const rmse = rootMeanSquaredError(actualReturn, predictedReturn);
  const championRmse = rootMeanSquaredError(actualReturn, championReturn);
  return {
    rmse,
    championRmse,
    rmseRatio: rmseRatio(rmse, championRmse),
    squaredErrorDifference: bootstrapMean(
      losses.map((loss, day) => loss - championLosses[day]!),
      seed,
    ),
    dieboldMariano: dieboldMariano(losses, championLosses),
  };
}

function riskScores(pair: Pair, seed: number) {
  const right = hits(pair.actualRisk, pair.predictedRisk);
  const championRight = hits(pair.championActualRisk, pair.championRisk);
  return {
    accuracy: mean(Float64Array.from(right)),
    championAccuracy: mean(Float64Array.from(championRight)),
    // Correctness by each model's own labels: the expected value of "is it correct" is 1 on every day.
    mcnemar: compareRisks(new Uint8Array(right.length).fill(1), right, championRight, seed),
  };
}

/** 1 where the class was right, else 0. */
function hits(actual: Uint8Array, predicted: Uint8Array): Uint8Array {
  return Uint8Array.from(actual, (level, day) => Number(level === predicted[day]));
}
