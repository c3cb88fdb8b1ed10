/** The permutation importance of each feature for the final models, on the holdout. */
import type { Feature } from '../../api/artifacts.ts';
import type { Evaluation } from '../../api/evaluation.ts';
import { predictReturns } from '../../models/booster/predict.ts';
import { predictRisk } from '../../models/forest/predict.ts';
import type { Matrix } from '../../models/matrix.ts';
import { rootMeanSquaredError } from '../../models/statistics/errors.ts';
import { permutationImportance } from '../../models/statistics/permutation-importance.ts';
import type { Forecasts, TrainedModels } from './forecasts.ts';

type Importances = Evaluation['regression']['importances'];

const repeats = 20;

/** @param x the rows of `forecasts`. */
export function featureImportances(
  features: readonly Feature[],
  x: Matrix,
  { actualReturn, actualRisk }: Pick<Forecasts, 'actualReturn' | 'actualRisk'>,
  { booster, forest }: Pick<TrainedModels, 'booster' | 'forest'>,
  seed: number,
): { regression: Importances; classification: Importances } {
  const measure = (loss: (x: Matrix) => number) =>
    permutationImportance(x, loss, { repeats, seed }).map((importance, column) => ({
      feature: features[column]!.name,
      ...importance,
    }));
  return {
    regression: measure(permuted => rootMeanSquaredError(actualReturn, predictReturns(booster, permuted))),
    classification: measure(permuted => errorRate(actualRisk, predictRisk(forest, permuted).levels)),
  };
}

function errorRate(actual: Uint8Array, predicted: Uint8Array): number {
  const wrong = actual.reduce((sum, level, row) => sum + Number(level !== predicted[row]), 0);
  return wrong / actual.length;
}
