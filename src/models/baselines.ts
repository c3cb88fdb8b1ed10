/**
 * The trivial predictors that the models are compared with. For the return: the mean of the training rows, and zero. For
 * the risk: the majority class of the training rows. Persistence and the known part are classes of volatilities: see
 * `riskLevels`.
 */
import type { RiskLevel } from '../api/risk.ts';

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
