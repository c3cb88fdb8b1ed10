/** The task `trainBooster`: one training in a worker thread. */
import type { Matrix } from '../matrix.ts';
import { mean } from '../statistics/mean.ts';
import type { Booster } from './booster.ts';
import type { BoosterParameters } from './parameters.ts';
import { trainXgboost } from './xgboost.ts';
import { parseXgboost } from './xgboost-format.ts';

export interface BoosterTask {
  readonly x: Matrix;
  /** Next-day returns as fractions, one a row of `x`. */
  readonly y: Float64Array;
  readonly parameters: BoosterParameters;
  readonly seed: number;
}

/** Trains one booster that starts from the mean of `y`. @throws Failure TooLarge, TrainingFailed */
export async function trainBooster({ x, y, parameters, seed }: BoosterTask): Promise<Booster> {
  return parseXgboost(await trainXgboost(x, y, { ...parameters, base: mean(y), seed }));
}
