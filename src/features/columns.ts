/** Every column of the dataset for every bar of a history, with how far each may look ahead. */
import type { Bar } from '../market/bar.ts';
import { featureCatalogue } from './catalogue.ts';
import { computeFeatures } from './compute.ts';
import { computeTargets } from './targets.ts';
import type { FeatureWindows } from './windows.ts';

export interface Column {
  readonly name: string;
  /** One value a bar; NaN where there is none. */
  readonly values: Float64Array;
  /** Bars after its own that a value may depend on: none for features, the horizon for targets. */
  readonly reach: number;
}

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
  return [
    ...features,
    { name: 'return_next', values: targets.returnNext, reach: 1 },
    { name: 'volatility_ahead', values: targets.volatilityAhead, reach: windows.horizonDays },
    { name: 'volatility_now', values: targets.volatilityNow, reach: 0 },
    { name: 'volatility_known', values: targets.volatilityKnown, reach: 0 },
  ];
}
