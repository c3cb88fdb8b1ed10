/** The features that the models see, in the order of their columns. */
import type { Feature } from '../api/artifacts.ts';
import { rsiLookback } from './relative-strength.ts';
import type { FeatureWindows } from './windows.ts';
import { knownWindow } from './windows.ts';

/**
 * XGBoost treats exactly -1 as "missing". A close below a ten-thousandth of its average is an error in the data, so
 * a valid ratio never reaches -1.
 */
const leastRatio = -0.9999;

/** Names and lookbacks follow from the windows. `docs/features.md` gives the reasons for this selection. */
export function featureCatalogue(windows: FeatureWindows): Feature[] {
  const { shortWindow, longWindow, rsiPeriod, volatilityWindow } = windows;
  return [
    averageRatio(shortWindow),
    averageRatio(longWindow),
    {
      name: `rsi_${rsiPeriod}`,
      description: `Wilder's relative strength index of ${rsiPeriod} bars, rounded to two decimals; 100 where no bar fell`,
      unit: 'points',
      minimum: 0,
      maximum: 100,
      lookback: rsiLookback(rsiPeriod),
    },
    {
      name: `volatility_${volatilityWindow}`,
      description: `Sample standard deviation of the last ${volatilityWindow} daily price returns`,
      unit: 'fraction per day',
      minimum: 0,
      maximum: null,
      lookback: volatilityWindow + 1,
    },
    {
      name: `volatility_known_${knownWindow(windows)}`,
      description: `Sample standard deviation of the last ${knownWindow(windows)} daily price returns: the part of the labelled window that is known today`,
      unit: 'fraction per day',
      minimum: 0,
      maximum: null,
      lookback: knownWindow(windows) + 1,
    },
  ];
}

function averageRatio(window: number): Feature {
  return {
    name: `ma_${window}_ratio`,
    description: `Close over its ${window}-bar moving average, less one`,
    unit: 'fraction',
    minimum: leastRatio,
    maximum: null,
    lookback: window,
  };
}

/** The first feature whose value at `values[offset …]` is not finite or out of bounds, if any. */
export function firstViolation(
  features: readonly Feature[],
  values: Float64Array,
  offset: number,
): Feature | undefined {
  return features.find(({ minimum, maximum }, i) => {
    const value = values[offset + i]!;
    return !Number.isFinite(value) || value < (minimum ?? value) || value > (maximum ?? value);
  });
}
