/** Risk classes: a day's volatility against two thresholds of the training window. */
import type { RiskLevel } from '../api/risk.ts';

/** Low below the first threshold, High above the second, Medium between them and on either. */
export function riskLevel(volatility: number, thresholds: readonly [number, number]): RiskLevel {
  if (volatility < thresholds[0]) return 0;
  return volatility > thresholds[1] ? 2 : 1;
}

/**
 * The class of each volatility. Of the volatility ahead it is the label, of today's volatility the prediction of
 * persistence, of the known part of the window the prediction of the known-part rule.
 */
export function riskLevels(volatilities: Float64Array, thresholds: readonly [number, number]): Uint8Array {
  return Uint8Array.from(volatilities, volatility => riskLevel(volatility, thresholds));
}

/**
 * The `low` and `high` quantiles of the volatilities, with linear interpolation between order statistics
 * (Hyndman and Fan, 1996, type 7: the default of NumPy and R).
 * @param volatilities `volatilityAhead` of the training window only: later rows would leak the future.
 * @throws RangeError when there are none, or one is unknown.
 */
export function riskThresholds(volatilities: Float64Array, low: number, high: number): [number, number] {
  if (volatilities.length === 0 || volatilities.some(Number.isNaN)) {
    throw new RangeError('risk thresholds require volatilities that are all known');
  }
  const sorted = volatilities.toSorted();
  return [quantile(sorted, low), quantile(sorted, high)];
}

function quantile(sorted: Float64Array, share: number): number {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const value = sorted[below]!;
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return value + (position - below) * (next - value);
}
