/** The windows that every feature, target and column name derives from. */
import type { DatasetDescription } from '../api/artifacts.ts';
import type { ArtifactSpec } from '../api/training-run.ts';

/** Lengths in bars, except `volatilityWindow`, which counts returns and so spans one more bar. */
export type FeatureWindows = DatasetDescription['windows'];

/** The windows of a run. The spec's schema ensures that at least two returns of the label are known. */
export function featureWindows({ features, risk }: ArtifactSpec): FeatureWindows {
  return { ...features, horizonDays: risk.horizonDays };
}

/** How many returns in the risk label's window are already known today. */
export function knownWindow(windows: FeatureWindows): number {
  return windows.volatilityWindow - windows.horizonDays;
}
