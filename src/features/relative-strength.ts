/**
 * Wilder's relative strength index, from technicalindicators: averages of gains and losses that start as plain means of
 * the first `period` changes and are then smoothed by 1/period. The library rounds to two decimals and returns 100
 * wherever there was no loss, flat prices included.
 *
 * The index always depends on where the history began. After five periods of bars the first mean still has a weight of
 * (1 - 1/period)^(4 period - 1), 1.7 % for 14; hence `rsiLookback`.
 */
import { RSI } from 'technicalindicators';

/** Bars, the current one included, after which the start of the history no longer matters. */
export function rsiLookback(period: number): number {
  return 5 * period;
}

export class RelativeStrength {
  readonly #index: RSI;

  /** @param period of the smoothing, in bars. */
  constructor(period: number) {
    this.#index = new RSI({ period, values: [] });
  }

  /** The index in [0, 100]; NaN until `period` changes are known. */
  push(close: number): number {
    return this.#index.nextValue(close) ?? Number.NaN;
  }
}
