/**
 * A canonical form for prices, so that noise in their last digits changes no byte.
 *
 * Sources such as Yahoo serve prices as 32-bit floats (190.04 as 190.0399932861328). Such a float represents six
 * significant digits exactly, so rounding to six restores the quoted price; more digits would keep noise. From 10,000 on
 * six digits would drop cents, and quotes are in cents: there prices have two decimals.
 */
import type { Bar } from './bar.ts';

/**
 * As a fraction of the price. Two prices that differ by float noise can be rounded one step apart, and a step is at most
 * 1e-5 of the price (at 1.00000); the additional half covers the rounding errors of the comparison.
 */
const roundingTolerance = 1.5e-5;

/** Six significant digits; two decimals from 10,000 on. */
export function canonicalPrice(price: number): number {
  return Number(Math.abs(price) >= 10_000 ? price.toFixed(2) : price.toPrecision(6));
}

/**
 * Rounds a bar's prices. A high below the open or close, or a low above, by no more than rounding explains is
 * widened to them, so that the bars that are stored obey low ≤ open, close ≤ high exactly.
 */
export function canonicalBar(bar: Bar): Bar {
  const open = canonicalPrice(bar.open);
  const high = canonicalPrice(bar.high);
  const low = canonicalPrice(bar.low);
  const close = canonicalPrice(bar.close);
  const top = Math.max(open, close);
  const bottom = Math.min(open, close);
  return {
    date: bar.date,
    open,
    high: high < top && top - high <= roundingTolerance * top ? top : high,
    low: low > bottom && low - bottom <= roundingTolerance * low ? bottom : low,
    close,
    volume: bar.volume,
  };
}
