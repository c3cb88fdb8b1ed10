/** One upload's bars in order: checked as Fetch checks them, turned into features as the Features stage does. */
import { FeatureStream } from '../../features/stream.ts';
import type { FeatureWindows } from '../../features/windows.ts';
import { canonicalBar } from '../../market/canonical.ts';
import { formatDate, noDate } from './dates.ts';
import { priceColumns } from './layout.ts';
import type { Trouble } from './problem.ts';

export class BarSeries {
  /** Bars before the first row of features, which is included. */
  readonly lookback: number;
  /** Features in a row. */
  readonly columns: number;
  /** Bars taken so far. */
  bars = 0;
  readonly #stream: FeatureStream;
  #lastDate = noDate;

  constructor(windows: FeatureWindows) {
    this.#stream = new FeatureStream(windows);
    this.lookback = this.#stream.lookback;
    this.columns = this.#stream.columns;
  }

  /**
   * Takes the next bar and writes its features to `out[offset …]`, or leaves that alone while too few bars are
   * known. A bar that breaks a rule is returned as trouble and leaves the series as it was.
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
    this.#lastDate = date;
    this.#stream.push(bar, out, offset);
    this.bars += 1;
    return undefined;
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
