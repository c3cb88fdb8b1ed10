/**
 * The best split of sorted rows, in one pass over each column: the same that ml-cart finds.
 *
 * - Thresholds are the means of neighbours with unequal labels in the order that a stable sort of the node's
 *   rows gives; of equal neighbours too, whose mean sends all equals to the right.
 * - ml-cart adds up class shares one row at a time, so that its gains carry rounding errors that can decide
 *   between splits, and it does not split again where a gain equals the parent's. The pass therefore only
 *   finds the splits whose gain, in closed form, is within the rounding errors of the highest; among those
 *   the gain is computed just as ml-cart does, and the first of the highest is taken.
 */
import { type ClassCounts, gainErrorBound, giniGain } from './gini-gain.ts';

/** A tree's training data. A node owns the same range of `order` and of each of `orders`. */
export interface SortedRows {
  readonly values: readonly Float64Array[];
  readonly labels: Uint8Array;
  /** Rows as given. */
  readonly order: Uint32Array;
  /** For each column the rows by its value, equal ones as given. */
  readonly orders: readonly Uint32Array[];
}

/** A split that may be the best. */
interface Contender {
  readonly column: number;
  readonly value: number;
  /** Rows below `value`. */
  readonly lesser: ClassCounts;
  /** Squared class counts over the side's rows, summed over both sides: rows times gain, plus a constant. */
  readonly score: number;
}

interface Contest {
  readonly tolerance: number;
  readonly contenders: Contender[];
  highest: number;
  /** Rows below the threshold that the column offered last. */
  lastLesser: number;
}

export interface Split {
  /** ml-cart's Gini gain; −∞ where there is nothing to split. */
  readonly gain: number;
  readonly column?: number;
  /** Rows below it go left. */
  readonly value?: number;
}

/** The split that ml-cart takes for the rows in `[from, to)`. */
export function bestSplit(data: SortedRows, from: number, to: number): Split {
  const rows = to - from;
  const whole = countClasses(data, from, to);
  const contest: Contest = {
    tolerance: rows * gainErrorBound(rows),
    contenders: [],
    highest: Number.NEGATIVE_INFINITY,
    lastLesser: -1,
  };
  for (let column = 0; column < data.values.length; column++) scan(contest, data, column, from, to, whole);
  let best: Split = { gain: Number.NEGATIVE_INFINITY };
  for (const { column, value, lesser, score } of contest.contenders) {
    if (score < contest.highest - contest.tolerance) continue;
    const gain = giniGain(whole, lesser, [whole[0] - lesser[0], whole[1] - lesser[1], whole[2] - lesser[2]]);
    if (gain > best.gain) best = { gain, column, value };
  }
  return best;
}

function countClasses({ order, labels }: SortedRows, from: number, to: number): ClassCounts {
  const counts: [number, number, number] = [0, 0, 0];
  for (let i = from; i < to; i++) counts[labels[order[i]!]!]! += 1;
  return counts;
}

/** Adds the contenders of one column in ascending order. */
function scan(
  contest: Contest,
  { values, labels, orders }: SortedRows,
  column: number,
  from: number,
  to: number,
  whole: ClassCounts,
): void {
  const x = values[column]!;
  const order = orders[column]!;
  let previousValue = x[order[from]!]!;
  let previousLabel = labels[order[from]!]!;
  // Rows before i, of class 1 and of class 2; the same before the first row that equals the previous one.
  let ones = 0;
  let twos = 0;
  let [equalFrom, onesBefore, twosBefore] = [0, 0, 0];
  contest.lastLesser = -1;
  for (let i = from + 1; i < to; i++) {
    const row = order[i]!;
    const value = x[row]!;
    const label = labels[row]!;
    ones += previousLabel & 1;
    twos += previousLabel >> 1;
    if (label !== previousLabel) {
      const mean = (previousValue + value) / 2;
      // The mean of equals, or of neighbours among the doubles, need not be above the previous value.
      if (mean > previousValue) offer(contest, whole, i - from, ones, twos, column, mean);
      else offer(contest, whole, equalFrom, onesBefore, twosBefore, column, mean);
    }
    if (value !== previousValue) {
      equalFrom = i - from;
      onesBefore = ones;
      twosBefore = twos;
    }
    previousValue = value;
    previousLabel = label;
  }
}

/** Enters a split, unless it cannot win. */
function offer(
  contest: Contest,
  whole: ClassCounts,
  lesser: number,
  ones: number,
  twos: number,
  column: number,
  value: number,
): void {
  // The same rows on both sides again cannot beat the first.
  if (lesser === contest.lastLesser) return;
  contest.lastLesser = lesser;
  const zeros = lesser - ones - twos;
  const zerosAbove = whole[0] - zeros;
  const onesAbove = whole[1] - ones;
  const twosAbove = whole[2] - twos;
  const score =
    // Below the smallest value there is no row, and the term is 0.
    (zeros * zeros + ones * ones + twos * twos) / Math.max(lesser, 1) +
    (zerosAbove * zerosAbove + onesAbove * onesAbove + twosAbove * twosAbove) /
      (zerosAbove + onesAbove + twosAbove);
  if (score < contest.highest - contest.tolerance) return;
  contest.contenders.push({ column, value, lesser: [zeros, ones, twos], score });
  contest.highest = Math.max(contest.highest, score);
}
