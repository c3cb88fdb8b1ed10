/** Wilder's relative strength index, from technicalindicators. */
import { RSI } from 'technicalindicators';

export class RelativeStrength {
  readonly #index: RSI;

  /** @param period of Wilder's smoothing, in bars. */
  constructor(period: number) {
    this.#index = new RSI({ period, values: [] });
  }

  /** The index in [0, 100], rounded to two decimals by the library; NaN until `period` changes are known. */
  push(close: number): number {
    return this.#index.nextValue(close) ?? Number.NaN;
  }
}
