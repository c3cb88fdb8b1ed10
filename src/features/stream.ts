/** Features of a series of bars, one bar at a time. */
import type { Bar } from '../market/bar.ts';
import { featureCatalogue } from './catalogue.ts';
import { MovingAverage } from './moving-average.ts';
import { RecentReturns } from './recent-returns.ts';
import { RelativeStrength } from './relative-strength.ts';
import type { FeatureWindows } from './windows.ts';
import { knownWindow } from './windows.ts';

/** What a feature is computed from: a bar without its date. */
export type Prices = Omit<Bar, 'date'>;

/**
 * The one implementation of every feature: the Features stage and `/predict_batch` push the same bars and get
 * the same numbers. A row depends only on the bars pushed so far. Memory is limited to the windows; per bar, only the
 * library's RSI allocates temporary objects.
 */
export class FeatureStream {
  /** Bars to push, the last one included, before the first row of features. */
  readonly lookback: number;
  /** Values in a row, in the order of `featureCatalogue`. */
  readonly columns: number;
  readonly #volatilityWindow: number;
  readonly #knownWindow: number;
  readonly #short: MovingAverage;
  readonly #long: MovingAverage;
  readonly #strength: RelativeStrength;
  readonly #returns: RecentReturns;
  #bars = 0;
  #previousClose = Number.NaN;

  constructor(windows: FeatureWindows) {
    const catalogue = featureCatalogue(windows);
    this.lookback = Math.max(...catalogue.map(feature => feature.lookback));
    this.columns = catalogue.length;
    this.#volatilityWindow = windows.volatilityWindow;
    this.#knownWindow = knownWindow(windows);
    this.#short = new MovingAverage(windows.shortWindow);
    this.#long = new MovingAverage(windows.longWindow);
    this.#strength = new RelativeStrength(windows.rsiPeriod);
    this.#returns = new RecentReturns(windows.volatilityWindow);
  }

  /**
   * Takes the next bar, whose prices must be finite and positive, and writes its features to
   * `out[offset …]`. Returns false, and does not change `out`, while fewer than `lookback` bars are known.
   */
  push(bar: Prices, out: Float64Array, offset = 0): boolean {
    const { close } = bar;
    const short = this.#short.push(close);
    const long = this.#long.push(close);
    const strength = this.#strength.push(close);
    if (this.#bars > 0) this.#returns.push(close / this.#previousClose - 1);
    this.#previousClose = close;
    this.#bars += 1;
    if (this.#bars < this.lookback) return false;
    out[offset] = close / short - 1;
    out[offset + 1] = close / long - 1;
    out[offset + 2] = strength;
    out[offset + 3] = this.#returns.deviation(this.#volatilityWindow);
    out[offset + 4] = this.#returns.deviation(this.#knownWindow);
    return true;
  }
}
