/** Risk classes: a day's volatility against thresholds of the training window. */

/** 0 Low, 1 Medium, 2 High. */
export type RiskLevel = 0 | 1 | 2;

export function riskLevel(volatility: number, thresholds: readonly [number, number]): RiskLevel {
  if (volatility < thresholds[0]) return 0;
  return volatility < thresholds[1] ? 1 : 2;
}

/**
 * The two quantiles that part Low from Medium and Medium from High, with linear interpolation between order
 * statistics (Hyndman and Fan's type 7, NumPy's and R's default).
 */
export function riskThresholds(volatilities: Float64Array, low: number, high: number): [number, number] {
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
