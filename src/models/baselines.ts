/**
 * The trivial predictors that every figure of ours stands beside. For the return: the mean of the training
 * rows, and zero. For the risk: the majority class of the training rows; persistence, the class of today's
 * volatility; and the known part, the class of those days of the labelled window that have already happened.
 */
import type { RiskLevel } from '../api/risk.ts';
import { riskLevel } from '../features/risk.ts';

/** The same return for every row. */
export function constantReturns(value: number, rows: number): Float64Array {
  return new Float64Array(rows).fill(value);
}

/** The same class for every row. */
export function constantRisk(level: RiskLevel, rows: number): Uint8Array {
  return new Uint8Array(rows).fill(level);
}

/** The most frequent class; of equally frequent ones the lowest. */
export function majorityRisk(levels: Uint8Array): RiskLevel {
  const counts = [0, 0, 0];
  for (const level of levels) counts[level]! += 1;
  const most = Math.max(...counts);
  return ([0, 1, 2] as const).find(level => counts[level] === most)!;
}

/**
 * The class of each volatility. Of the volatility ahead it is the truth, of today's it is persistence, of the
 * known returns' it is the known-part rule.
 */
export function risksOf(volatilities: Float64Array, thresholds: readonly [number, number]): Uint8Array {
  return Uint8Array.from(volatilities, volatility => riskLevel(volatility, thresholds));
}
