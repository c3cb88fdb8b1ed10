import { incompleteBeta } from './incomplete-beta.ts';
import { pairCount } from './pairs.ts';

export interface McNemarResult {
  readonly onlyModelRight: number;
  readonly onlyOtherRight: number;
  /** Exact, two-sided. */
  readonly pValue: number;
}

/**
 * Are two classifiers equally often right on the same rows? McNemar's test ("Note on the sampling error of
 * the difference between correlated proportions", Psychometrika 12, 1947) in its exact form: of the rows on
 * which exactly one of the two is right, either one's share is binomial with probability 1/2. No such row: p
 * is 1.
 *
 * It assumes independent rows. Days are not quite independent: read it together with the block bootstrap's interval.
 */
export function mcnemar(
  actual: Uint8Array,
  predicted: Uint8Array,
  otherPredicted: Uint8Array,
): McNemarResult {
  const rows = pairCount(actual, predicted);
  pairCount(actual, otherPredicted);
  let onlyModelRight = 0;
  let onlyOtherRight = 0;
  for (let row = 0; row < rows; row++) {
    const modelRight = predicted[row] === actual[row];
    const otherRight = otherPredicted[row] === actual[row];
    if (modelRight && !otherRight) onlyModelRight += 1;
    if (otherRight && !modelRight) onlyOtherRight += 1;
  }
  return { onlyModelRight, onlyOtherRight, pValue: signTest(onlyModelRight, onlyOtherRight) };
}

/** The exact two-sided p that a fair coin falls at least as unevenly as `heads` to `tails`. */
export function signTest(heads: number, tails: number): number {
  const fewer = Math.min(heads, tails);
  const tosses = heads + tails;
  if (fewer === tails && fewer === heads) return 1;
  // P(X ≤ k) of a binomial with probability 1/2 is I_½(n − k, k + 1).
  return Math.min(1, 2 * incompleteBeta(0.5, tosses - fewer, fewer + 1));
}
