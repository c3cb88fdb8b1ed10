/** One upload's bars in order: checked as Fetch checks them, turned into features as the Features stage does. */
import type { Feature } from '../../api/artifacts.ts';
import { firstViolation } from '../../features/catalogue.ts';
import { FeatureStream } from '../../features/stream.ts';
import type { FeatureWindows } from '../../features/windows.ts';
import { canonicalBar } from '../../market/canonical.ts';
import { formatDate, noDate } from './dates.ts';
import { priceColumns } from './layout.ts';
import type { Trouble } from './problem.ts';

/**
 * A close further from the one before is an error in the data, as in the bounds of the features. In the series it would
 * be worse than that: added to a running average and taken off again, 1e300 leaves nothing of the other prices.
 */
const largestStep = 10_000;

export class BarSeries {
  /** Bars before the first row of features, which is included. */
  readonly lookback: number;
  /** Bars taken so far. */
  bars = 0;
  readonly #features: readonly Feature[];
  readonly #stream: FeatureStream;
  #lastDate = noDate;
  /** NaN, with which every comparison is false, before the first. */
  #lastClose = Number.NaN;

  constructor(features: readonly Feature[], windows: FeatureWindows) {
    this.#features = features;
    this.#stream = new FeatureStream(windows);
    this.lookback = this.#stream.lookback;
  }

  /**
   * Takes the next bar and writes its features to `out[offset …]`, or leaves that alone while too few bars are
   * known. A bar that breaks a rule is returned as trouble and leaves the series as it was; one that breaks none, but
   * with those before it gives features that no true bars give, is trouble and stays in the series.
   */
  push(date: number, prices: Float64Array, out: Float64Array, offset: number): Trouble | undefined {
    const unsorted = this.#unsorted(date);
    if (unsorted !== undefined) return unsorted;
    const bar = canonicalBar({
      date: '',
      open: prices[0]!,
      high: prices[1]!,
      low: prices[2]!,
      close: prices[3]!,
      volume: prices[4]!,
    });
    const { open, high, low, close, volume } = bar;
    const sound = low > 0 && low <= open && low <= close && open <= high && close <= high && volume >= 0;
    if (!sound) return unsound(prices, high, low);
    if (close > this.#lastClose * largestStep || close < this.#lastClose / largestStep) {
      const message = `close ${close} is more than ${largestStep} times above or below the last, ${this.#lastClose}`;
      return { column: 'close', code: 'InvalidBar', message };
    }
    this.#lastDate = date;
    this.#lastClose = close;
    const isReady = this.#stream.push(bar, out, offset);
    this.bars += 1;
    return isReady ? this.#implausible(out, offset) : undefined;
  }

  #implausible(values: Float64Array, offset: number): Trouble | undefined {
    const feature = firstViolation(this.#features, values, offset);
    if (feature === undefined) return undefined;
    const value = values[offset + this.#features.indexOf(feature)];
    const message = `${feature.name} comes to ${value}: this bar or those before it are wrong`;
    return { column: null, code: 'InvalidBar', message };
  }

  #unsorted(date: number): Trouble | undefined {
    if (date > this.#lastDate) return undefined;
    const last = formatDate(this.#lastDate);
    const what = date === this.#lastDate ? 'is there twice' : `comes after ${last}`;
    const message = `date ${formatDate(date)} ${what}: bars must be in order, oldest first, one a day`;
    return { column: 'date', code: 'UnsortedDates', message };
  }
}

function unsound(prices: Float64Array, high: number, low: number): Trouble {
  const bad = (place: number, what: string): Trouble => {
    const column = priceColumns[place]!;
    return { column, code: 'InvalidBar', message: `${column} ${prices[place]} ${what}` };
  };
  const belowZero = prices.findIndex((price, place) => place < 4 && !(price > 0));
  if (belowZero >= 0) return bad(belowZero, 'is not above zero');
  if (prices[4]! < 0) return bad(4, 'is below zero');
  if (high < low) return bad(1, `is below low ${low}`);
  const outside = prices[0]! < low || prices[0]! > high ? 0 : 3;
  return bad(outside, `is outside ${low} to ${high}`);
}
