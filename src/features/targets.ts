/** What the models learn to predict, and the trivial predictors' view of the same. */
import { RecentReturns } from './recent-returns.ts';
import type { FeatureWindows } from './windows.ts';
import { knownWindow } from './windows.ts';

/** The columns of `features.csv` that hold them, in this order. */
export const targetNames = {
  returnNext: 'return_next',
  volatilityAhead: 'volatility_ahead',
  volatilityNow: 'volatility_now',
  volatilityKnown: 'volatility_known',
} as const;

/** One value a bar; NaN where it is not known: at the start while a window fills, at the end what lies ahead. */
export interface Targets {
  /** Simple price return from this close to the next, a fraction; dividends are left out. */
  readonly returnNext: Float64Array;
  /** Standard deviation of `volatilityWindow` daily returns as of `horizonDays` bars ahead. */
  readonly volatilityAhead: Float64Array;
  /** The same window as of this bar: what persistence goes by. */
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
