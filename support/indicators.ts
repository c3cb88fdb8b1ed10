/** Valid values of every feature, for requests of tests: a new feature of the catalogue is covered without a change here. */
import type { Feature } from '../src/api/artifacts.ts';

/** Values of features whose messages tests quote. */
const values: Readonly<Record<string, number>> = {
  ma_10_ratio: 0.01,
  ma_50_ratio: 0.03,
  rsi_14: 55.5,
  volatility_10: 0.012,
  volatility_known_9: 0.0125,
};

/** A value within the bounds for each feature, in the order of the features. */
export function exampleIndicators(features: readonly Feature[]): Record<string, number> {
  return Object.fromEntries(features.map(feature => [feature.name, values[feature.name] ?? inside(feature)]));
}

function inside({ minimum, maximum }: Feature): number {
  const lower = minimum ?? -1;
  return lower + 0.3 * ((maximum ?? lower + 2) - lower);
}
