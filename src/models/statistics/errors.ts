/** Errors of forecasts, in the unit of what is forecast. */
import { mean } from './mean.ts';
import { pairCount } from './pairs.ts';

/** `(actual − predicted)²`, row by row. */
export function squaredErrors(actual: Float64Array, predicted: Float64Array): Float64Array {
  const rows = pairCount(actual, predicted);
  const squares = new Float64Array(rows);
  for (let row = 0; row < rows; row++) squares[row] = (actual[row]! - predicted[row]!) ** 2;
  return squares;
}

/** RMSE: the square root of the mean squared error. */
export function rootMeanSquaredError(actual: Float64Array, predicted: Float64Array): number {
  return Math.sqrt(mean(squaredErrors(actual, predicted)));
}

/** MAE: the mean absolute error. */
export function meanAbsoluteError(actual: Float64Array, predicted: Float64Array): number {
  const rows = pairCount(actual, predicted);
  let sum = 0;
  for (let row = 0; row < rows; row++) sum += Math.abs(actual[row]! - predicted[row]!);
  return sum / rows;
}
