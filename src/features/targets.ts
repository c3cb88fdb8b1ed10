/** The values that the models predict, and those that the trivial predictors use instead. */
import { RecentReturns } from './recent-returns.ts';
import type { FeatureWindows } from './windows.ts';
import { knownWindow } from './windows.ts';

/** Their columns in `features.csv`, in this order. */
export const targetNames = {
  returnNext: 'return_next',
  volatilityAhead: 'volatility_ahead',
  volatilityNow: 'volatility_now',
  volatilityKnown: 'volatility_known',
} as const;

/** One value per bar; NaN where it is unknown: at the start until a window is full, at the end for the future. */
export interface Targets {
  /** Simple price return from this close to the next, a fraction; dividends are not included. */
  readonly returnNext: Float64Array;
  /** Standard deviation of `volatilityWindow` daily returns as of `horizonDays` bars ahead. */
  readonly volatilityAhead: Float64Array;
  /** The same window as of this bar: the persistence rule uses it. */
  readonly volatilityNow: Float64Array;
  /** Standard deviation of the returns that the window ahead shares with today. */
  readonly volatilityKnown: Float64Array;
}

/** @param closes oldest first. */
export function computeTargets(closes: Float64Array, windows: FeatureWindows): Targets {
  const { volatilityWindow, horizonDays } = windows;
  const known = knownWindow(windows);
  const unknown = () => new Float64Array(closes.length).fill(Number.NaN);
  const targets = {
    returnNext: unknown(),
    volatilityAhead: unknown(),
    volatilityNow: unknown(),
    volatilityKnown: unknown(),
  };
  const returns = new RecentReturns(volatilityWindow);
  for (let bar = 1; bar < closes.length; bar++) {
    const change = closes[bar]! / closes[bar - 1]! - 1;
    returns.push(change);
    targets.returnNext[bar - 1] = change;
    if (returns.count >= known) targets.volatilityKnown[bar] = returns.deviation(known);
    if (returns.count < volatilityWindow) continue;
    const volatility = returns.deviation(volatilityWindow);
    targets.volatilityNow[bar] = volatility;
    if (bar >= horizonDays) targets.volatilityAhead[bar - horizonDays] = volatility;
  }
  return targets;
}
