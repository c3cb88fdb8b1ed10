/** Simple moving averages of the close, from technicalindicators. */
import { SMA } from 'technicalindicators';

/** The library's default formatter looks a setting up for every value; this is what it does with none set. */
const unrounded = (value: number) => value;

export class MovingAverage {
  readonly #average: SMA;

  /** @param window in bars. */
  constructor(window: number) {
    this.#average = new SMA({ period: window, values: [], format: unrounded });
  }

  /** The average close of the last `window` bars; NaN until there are that many. */
  push(close: number): number {
    return this.#average.nextValue(close) ?? Number.NaN;
  }
}
