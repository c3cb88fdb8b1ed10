/**
 * Predicts by walking flat trees. The index of the child is computed without a branch, because the processor cannot
 * predict it, and mispredicted branches would take most of the time.
 */
import type { Matrix } from '../matrix.ts';
import { type Booster, checkColumns } from './booster.ts';

/** The weight of the leaf that the row at `values[offset]` reaches from the root of a tree. */
function weightOf(booster: Booster, root: number, values: Float64Array, offset: number): number {
  const { feature, value, left } = booster;
  let node = root;
  for (let child = left[node]!; child !== 0; child = left[node]!) {
    node = child + Number(Math.fround(values[offset + feature[node]!]!) >= value[node]!);
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
    sum = Math.fround(sum + weightOf(booster, roots[tree]!, values, offset));
  }
  return Math.fround(base + sum);
}

/** Rows that walk a tree together. Their features and sums stay in the first-level cache. */
const blockRows = 64;

/** `predictReturn` of every row. @throws RangeError when the number of columns differs. */
export function predictReturns(booster: Booster, x: Matrix): Float64Array {
  checkColumns(booster, x);
  const { base, columns } = booster;
  const predictions = new Float64Array(x.rows);
  const sums = new Float32Array(blockRows);
  const block = new Float32Array(blockRows * columns);
  for (let from = 0; from < x.rows; from += blockRows) {
    const rows = Math.min(blockRows, x.rows - from);
    block.set(x.values.subarray(from * columns, (from + rows) * columns));
    sums.fill(0);
    for (const root of booster.roots) addTree(booster, root, block, sums, rows);
    for (let row = 0; row < rows; row++) predictions[from + row] = Math.fround(base + sums[row]!);
  }
  return predictions;
}

/** Adds to the sum of each row of `block` its weight in one tree. The root is read once for all of them. */
function addTree(
  booster: Booster,
  root: number,
  block: Float32Array,
  sums: Float32Array,
  rows: number,
): void {
  const { columns, feature, value, left } = booster;
  const children = left[root]!;
  if (children === 0) {
    for (let row = 0; row < rows; row++) sums[row]! += value[root]!;
    return;
  }
  const column = feature[root]!;
  const threshold = value[root]!;
  for (let row = 0, offset = 0; row < rows; row++, offset += columns) {
    let node = children + Number(block[offset + column]! >= threshold);
    for (let child = left[node]!; child !== 0; child = left[node]!) {
      node = child + Number(block[offset + feature[node]!]! >= value[node]!);
    }
    sums[row]! += value[node]!;
  }
}

/**
 * The predictions of every prefix of the trees: `result[row * (trees + 1) + k]` is that of the first k trees. One
 * training with most rounds so stands for the trainings with fewer.
 */
export function predictEveryRound(booster: Booster, x: Matrix): Float64Array {
  checkColumns(booster, x);
  const { columns, base, roots } = booster;
  const predictions = new Float64Array(x.rows * (roots.length + 1));
  let at = 0;
  for (let offset = 0; offset < x.rows * columns; offset += columns) {
    let sum = 0;
    predictions[at++] = base;
    for (let tree = 0; tree < roots.length; tree++) {
      sum = Math.fround(sum + weightOf(booster, roots[tree]!, x.values, offset));
      predictions[at++] = Math.fround(base + sum);
    }
  }
  return predictions;
}
