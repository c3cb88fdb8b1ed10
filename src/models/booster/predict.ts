/** Prediction by walking flat trees. */
import type { Matrix } from '../matrix.ts';
import { type Booster, checkColumns } from './booster.ts';

/** Rows that walk a tree together: their sums stay in the nearest cache while each tree is read once. */
const blockRows = 64;

/** The weight of the leaf that the row at `values[offset]` reaches in the tree at node `root`. */
function leafOf(booster: Booster, root: number, values: Float64Array, offset: number): number {
  const { feature, value, left } = booster;
  let node = root;
  for (let child = left[node]!; child !== 0; child = left[node]!) {
    node = Math.fround(values[offset + feature[node]!]!) < value[node]! ? child : child + 1;
  }
  return value[node]!;
}

/**
 * The predicted return, a fraction, of the row of `booster.columns` finite features at `values[offset]`.
 * Allocates nothing. The trees' weights are summed in float32 from zero and the base comes last: XGBoost's order.
 */
export function predictReturn(booster: Booster, values: Float64Array, offset: number): number {
  const { base, roots } = booster;
  let sum = 0;
  for (let tree = 0; tree < roots.length; tree++) {
    sum = Math.fround(sum + leafOf(booster, roots[tree]!, values, offset));
  }
  return Math.fround(base + sum);
}

/** `predictReturn` of every row. @throws RangeError when the number of columns differs. */
export function predictReturns(booster: Booster, x: Matrix): Float64Array {
  checkColumns(booster, x);
  const { base, roots, columns } = booster;
  const predictions = new Float64Array(x.rows);
  for (let from = 0; from < x.rows; from += blockRows) {
    const to = Math.min(from + blockRows, x.rows);
    for (let tree = 0; tree < roots.length; tree++) {
      const root = roots[tree]!;
      for (let row = from; row < to; row++) {
        predictions[row] = Math.fround(predictions[row]! + leafOf(booster, root, x.values, row * columns));
      }
    }
    for (let row = from; row < to; row++) predictions[row] = Math.fround(base + predictions[row]!);
  }
  return predictions;
}
