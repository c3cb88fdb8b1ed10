/** Values counted by bucket, with their sum: the content of a histogram, as plain data that worker threads can send. */
import { binOf } from '../models/statistics/quantile-bins.ts';

/** Upper bounds of predicted daily returns as fractions; finest near 0, where most predictions are. */
export const returnBuckets = [
  -0.05, -0.02, -0.01, -0.005, -0.002, -0.001, 0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05,
] as const;

export interface Tally {
  /** Per bucket, not cumulative; the last one is for values above all bounds. */
  readonly counts: Float64Array;
  sum: number;
}

/** @param bounds upper bounds of the buckets, inclusive, ascending. */
export function emptyTally(bounds: readonly number[]): Tally {
  return { counts: new Float64Array(bounds.length + 1), sum: 0 };
}

/** Counts one value. Does not allocate. */
export function tallyValue(tally: Tally, bounds: readonly number[], value: number): void {
  tally.counts[binOf(bounds, value)]! += 1;
  tally.sum += value;
}

/** Adds a tally with the same bounds. */
export function mergeTally(tally: Tally, { counts, sum }: Tally): void {
  for (let bucket = 0; bucket < counts.length; bucket++) tally.counts[bucket]! += counts[bucket]!;
  tally.sum += sum;
}
