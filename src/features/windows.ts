/** The windows that every feature, target and column name derives from. */
import type { DatasetDescription } from '../api/artifacts.ts';
import type { FeaturesSpec, RiskSpec } from '../api/training-run.ts';
import { Failure } from '../failure.ts';

/** Lengths in bars. `volatilityWindow` counts returns, so it spans one bar more. */
export type FeatureWindows = DatasetDescription['windows'];

/** Two returns are the fewest that have a sample standard deviation. */
const fewestKnownReturns = 2;

/**
 * The windows of a run.
 * @throws Failure `InvalidSpec` when the horizon leaves less than two returns of the labelled volatility
 * known: the label would no longer be a state that today's bars say something of.
 */
export function featureWindows(features: FeaturesSpec, risk: RiskSpec): FeatureWindows {
  const windows = { ...features, horizonDays: risk.horizonDays };
  if (knownWindow(windows) < fewestKnownReturns) {
    throw new Failure(
      'InvalidSpec',
      `risk.horizonDays (${risk.horizonDays}) must be at most features.volatilityWindow - ${fewestKnownReturns} ` +
        `(${features.volatilityWindow - fewestKnownReturns})`,
      { horizonDays: risk.horizonDays, volatilityWindow: features.volatilityWindow },
    );
  }
  return windows;
}

/** Returns of the labelled window that are already known today. */
export function knownWindow(windows: FeatureWindows): number {
  return windows.volatilityWindow - windows.horizonDays;
}
