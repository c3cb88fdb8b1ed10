/** Every column of the dataset for every bar of a history, and how far ahead each may look. */
import type { Bar } from '../market/bar.ts';
import { featureCatalogue } from './catalogue.ts';
import { computeFeatures } from './compute.ts';
import { computeTargets, type Targets, targetNames } from './targets.ts';
import type { FeatureWindows } from './windows.ts';

export interface Column {
  readonly name: string;
  /** One value per bar; NaN where there is none. */
  readonly values: Float64Array;
  /** How many later bars a value may depend on: none for features, the horizon for targets. */
  readonly reach: number;
}

/** Features in catalogue order, then the targets in the order of `targetNames`. */
export function computeColumns(bars: readonly Bar[], windows: FeatureWindows): Column[] {
  const { firstBar, x } = computeFeatures(bars, windows);
  const features = featureCatalogue(windows).map(({ name }, column) => {
    const values = new Float64Array(bars.length).fill(Number.NaN);
    for (let row = 0; row < x.rows; row++) values[firstBar + row] = x.values[row * x.columns + column]!;
    return { name, values, reach: 0 };
  });
  const targets = computeTargets(
    Float64Array.from(bars, bar => bar.close),
    windows,
  );
  const reach = { returnNext: 1, volatilityAhead: windows.horizonDays, volatilityNow: 0, volatilityKnown: 0 };
  const target = (key: keyof Targets) => ({
    name: targetNames[key],
    values: targets[key],
    reach: reach[key],
  });
  return [
    ...features,
    target('returnNext'),
    target('volatilityAhead'),
    target('volatilityNow'),
    target('volatilityKnown'),
  ];
}
