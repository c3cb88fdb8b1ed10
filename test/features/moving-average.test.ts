import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SMA } from 'technicalindicators';
import { MovingAverage } from '../../src/features/moving-average.ts';
import { Random } from '../../src/models/random.ts';
import { closes } from '../../support/bars.ts';

const naive = (prices: readonly number[], window: number) =>
  prices.slice(-window).reduce((sum, price) => sum + price, 0) / window;

describe('moving average', () => {
  it('is not a number until the window is full, and then the plain average', () => {
    const average = new MovingAverage(3);
    assert.deepEqual(
      [1, 2, 6, 4].map(price => average.push(price)),
      [Number.NaN, Number.NaN, 3, 4],
    );
  });

  it('equals the sum over the window for any prices', () => {
    fc.assert(
      fc.property(closes(1, 120), fc.integer({ min: 2, max: 60 }), (prices, window) => {
        const average = new MovingAverage(window);
        prices.forEach((price, i) => {
          const value = average.push(price);
          if (i + 1 < window) assert.ok(Number.isNaN(value));
          else assert.ok(Math.abs(value / naive(prices.slice(0, i + 1), window) - 1) < 1e-12);
        });
      }),
    );
  });

  it("is the library's SMA to the last bit", () => {
    fc.assert(
      fc.property(closes(1, 300), fc.integer({ min: 2, max: 60 }), (prices, window) => {
        const average = new MovingAverage(window);
        const library = new SMA({ period: window, values: [], format: value => value });
        for (const price of prices) assert.equal(average.push(price), library.nextValue(price) ?? Number.NaN);
      }),
    );
  });

  it('stays within 1e-11 of it over 200,000 bars, though the library keeps a running sum', () => {
    const random = new Random(1);
    const average = new MovingAverage(50);
    const recent: number[] = [];
    let worst = 0;
    let price = 100;
    for (let i = 0; i < 200_000; i++) {
      price = Math.min(1e4, Math.max(1, price * (1 + (random.uint32() / 2 ** 32 - 0.5) * 0.05)));
      recent.push(price);
      if (recent.length > 50) recent.shift();
      const value = average.push(price);
      if (i >= 49) worst = Math.max(worst, Math.abs(value / naive(recent, 50) - 1));
    }
    assert.ok(worst < 1e-11, `off by ${worst}`);
  });
});
