/** Chooses and trains the regressor. */
import type { ModelCard } from '../../api/artifacts.ts';
import type { RegressorSpec } from '../../api/training-run.ts';
import type { RunTask } from '../../workers/pool.ts';
import type { Matrix } from '../matrix.ts';
import { type Booster, meanBooster } from './booster.ts';
import type { BoosterParameters } from './parameters.ts';
import { checkTrainingSet, mean } from './training-set.ts';

export interface FitRegressorOptions {
  readonly spec: RegressorSpec;
  /** Walk-forward folds inside the given rows. */
  readonly folds: number;
  /** Rows left out between training and validation. */
  readonly embargo: number;
  readonly seed: number;
}

export interface FittedRegressor {
  readonly booster: Booster;
  /** Mean of the labels: where every prediction starts. */
  readonly trainingMean: number;
  readonly parameters: BoosterParameters;
  /** One sentence on why these parameters. */
  readonly choice: string;
  readonly candidates: ModelCard['regressor']['candidates'];
}

/**
 * Tunes by walk-forward inside the given rows (oldest first), then trains on all of them.
 * @param y next-day returns as fractions, one a row of `x`
 * @throws Failure TooLarge, TrainingFailed
 */
export async function fitRegressor(
  x: Matrix,
  y: Float64Array,
  options: FitRegressorOptions,
  _runTask: RunTask,
  _onProgress?: (fraction: number) => void,
): Promise<FittedRegressor> {
  checkTrainingSet(x, y);
  const trainingMean = mean(y);
  const { spec } = options;
  return {
    booster: meanBooster(x.columns, trainingMean),
    trainingMean,
    parameters: {
      maxDepth: spec.maxDepth[0]!,
      learningRate: spec.learningRate[0]!,
      minChildWeight: spec.minChildWeight[0]!,
      rounds: 0,
    },
    choice: 'The mean.',
    candidates: [],
  };
}
