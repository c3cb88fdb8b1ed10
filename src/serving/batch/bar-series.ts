/** The bars of one upload in order, with the checks of the Fetch stage and the features of the Features stage. */
import type { Feature } from '../../api/artifacts.ts';
import { firstViolation } from '../../features/catalogue.ts';
import { FeatureStream } from '../../features/stream.ts';
import type { FeatureWindows } from '../../features/windows.ts';
import { canonicalBar } from '../../market/canonical.ts';
import { formatDate, noDate } from './dates.ts';
import { priceColumns } from './layout.ts';
import type { Trouble } from './problem.ts';

/**
 * A larger step between two closes is an error in the data, as in the bounds of the features. It would also destroy the
 * running averages: 1e300 added and subtracted again leaves nothing of the other prices.
 */
const largestStep = 10_000;

export class BarSeries {
  /** Bars until the first row of features, that row included. */
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
   * Adds the next bar and writes its features to `out[offset …]`, or nothing while there are too few bars. Returns what
   * is wrong, if anything. A bar that breaks a rule is not added. A bar that breaks none, but gives features out of
   * bounds together with the bars before it, stays in the series.
   */
  push(date: number, prices: Float64Array, out: Float64Array, offset: number): Trouble | undefined {
    const disorder = this.#orderProblem(date);
    if (disorder !== undefined) return disorder;
    const bar = canonicalBar({
      date: '',
      open: prices[0]!,
      high: prices[1]!,
      low: prices[2]!,
      close: prices[3]!,
      volume: prices[4]!,
    });
    const { open, high, low, close, volume } = bar;
    const isValid = low > 0 && low <= open && low <= close && open <= high && close <= high && volume >= 0;
    if (!isValid) return barProblem(prices, high, low);
    if (close > this.#lastClose * largestStep || close < this.#lastClose / largestStep) {
      const message = `close ${close} is more than ${largestStep} times above or below the previous one, ${this.#lastClose}`;
      return { column: 'close', code: 'InvalidBar', message };
    }
    this.#lastDate = date;
    this.#lastClose = close;
    const isReady = this.#stream.push(bar, out, offset);
    this.bars += 1;
    return isReady ? this.#featureProblem(out, offset) : undefined;
  }

  #featureProblem(values: Float64Array, offset: number): Trouble | undefined {
    const feature = firstViolation(this.#features, values, offset);
    if (feature === undefined) return undefined;
    const value = values[offset + this.#features.indexOf(feature)];
    const message = `${feature.name} is ${value}: this bar or those before it are wrong`;
    return { column: null, code: 'InvalidBar', message };
  }

  #orderProblem(date: number): Trouble | undefined {
    if (date > this.#lastDate) return undefined;
    const last = formatDate(this.#lastDate);
    const what = date === this.#lastDate ? 'occurs twice' : `comes after ${last}`;
    const message = `date ${formatDate(date)} ${what}: bars must be in order, oldest first, one a day`;
    return { column: 'date', code: 'UnsortedDates', message };
  }
}

function barProblem(prices: Float64Array, high: number, low: number): Trouble {
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
