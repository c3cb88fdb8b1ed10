import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RelativeStrength } from '../../src/features/relative-strength.ts';
import { closes } from '../../support/bars.ts';

/** Wilder, New Concepts in Technical Trading Systems (1978): averages of gains and losses, smoothed by 1/period. */
function naive(prices: readonly number[], period: number): number {
  const changes = prices.slice(1).map((price, i) => price - prices[i]!);
  let gain = 0;
  let loss = 0;
  for (const change of changes.slice(0, period)) {
    gain += Math.max(0, change) / period;
    loss += Math.max(0, -change) / period;
  }
  for (const change of changes.slice(period)) {
    gain = (gain * (period - 1) + Math.max(0, change)) / period;
    loss = (loss * (period - 1) + Math.max(0, -change)) / period;
  }
  return loss === 0 ? 100 : 100 - 100 / (1 + gain / loss);
}

const indexOf = (prices: readonly number[], period: number) => {
  const strength = new RelativeStrength(period);
  return prices.map(price => strength.push(price));
};
const last = (prices: readonly number[], period = 14) => indexOf(prices, period).at(-1)!;

describe('relative strength index', () => {
  it('gives the values of a published worked example', () => {
    // StockCharts ChartSchool, "Relative Strength Index", its spreadsheet of QQQ closes.
    const prices = [
      44.3389, 44.0902, 44.1497, 43.6124, 44.3278, 44.8264, 45.0955, 45.4245, 45.8433, 46.0826, 45.8931,
      46.0328, 45.614, 46.282, 46.282, 46.0028, 46.0328, 46.4116, 46.2222, 45.6439, 46.2122, 46.2521, 45.7137,
      46.4515, 45.7835, 45.3548, 44.0288, 44.1783, 44.2181, 44.5672, 43.4205, 42.6628, 43.1314,
    ];
    const published = [
      70.53, 66.32, 66.55, 69.41, 66.36, 57.97, 62.93, 63.26, 56.06, 62.38, 54.71, 50.42, 39.99, 41.46, 41.87,
      45.46, 37.3, 33.08, 37.77,
    ];
    assert.deepEqual(indexOf(prices, 14).slice(14), published);
    assert.ok(indexOf(prices, 14).slice(0, 14).every(Number.isNaN));
  });

  it("is Wilder's formula, rounded to two decimals", () => {
    fc.assert(
      fc.property(closes(3, 80), fc.integer({ min: 2, max: 20 }), (prices, period) => {
        indexOf(prices, period).forEach((value, i) => {
          if (i < period) assert.ok(Number.isNaN(value));
          else {
            assert.ok(Math.abs(value - naive(prices.slice(0, i + 1), period)) <= 0.005 + 1e-9);
            assert.equal(value, Number(value.toFixed(2)));
          }
        });
      }),
    );
  });

  const rising = Array.from({ length: 100 }, (_, i) => 10 + i);
  const flat = (length: number) => Array.from({ length }, () => 50);
  for (const [what, prices, expected] of [
    ['100 when prices only rise', rising, 100],
    ['0 when prices only fall', rising.toReversed(), 0],
    ['100 when prices never move: without a loss the library asks no further', flat(100), 100],
    ['100 after a rise into flat prices', [...rising, ...flat(60).map(() => 109)], 100],
    ['0 after a fall into flat prices', [...rising.toReversed(), ...flat(60).map(() => 10)], 0],
  ] as const) {
    it(`is ${what}`, () => assert.equal(last(prices), expected));
  }

  it('stays a number in [0, 100] through flat prices so long that the averages underflow', () => {
    const values = indexOf([50, 51, 50.5, ...flat(20_000)], 2).slice(2);
    assert.ok(values.every(value => value >= 0 && value <= 100));
  });

  it('does not depend on the currency', () => {
    fc.assert(
      fc.property(
        closes(20, 60),
        fc.constantFrom(0.5, 4, 1024),
        (prices, scale) =>
          last(prices) ===
          last(
            prices.map(price => price * scale),
            14,
          ),
      ),
    );
  });

  it('depends little on where the history began: by less than two points after five periods, in a hard case', () => {
    // The same 55 last changes after a crash and after a surge.
    const tail = Array.from({ length: 56 }, (_, i) => 100 + (i % 2));
    const surge = [...Array.from({ length: 14 }, (_, i) => 99 - 13 + i), ...tail];
    const crash = [...Array.from({ length: 14 }, (_, i) => 101 + 13 - i), ...tail];
    const difference = Math.abs(last(surge) - last(crash));
    assert.ok(difference > 0.5 && difference < 2, `${difference}`);
  });
});
