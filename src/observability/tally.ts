/**
 * Values counted by bucket, with their sum: what a histogram is made of, as plain data that worker threads can hand
 * over.
 */
import { binOf } from '../models/statistics/quantile-bins.ts';

export interface Tally {
  /** Of each bucket alone; the last one holds what is above all bounds. */
  readonly counts: Float64Array;
  sum: number;
}

/** @param bounds upper bounds of the buckets, inclusive, ascending. */
export function emptyTally(bounds: readonly number[]): Tally {
  return { counts: new Float64Array(bounds.length + 1), sum: 0 };
}

/** Counts one value. Allocates nothing. */
export function tallyValue(tally: Tally, bounds: readonly number[], value: number): void {
  tally.counts[binOf(bounds, value)]! += 1;
  tally.sum += value;
}

/** Adds what was counted elsewhere by the same bounds. */
export function mergeTally(tally: Tally, { counts, sum }: Tally): void {
  for (let bucket = 0; bucket < counts.length; bucket++) tally.counts[bucket]! += counts[bucket]!;
  tally.sum += sum;
}
