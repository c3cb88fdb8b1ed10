import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SD } from 'technicalindicators';
import { RecentReturns } from '../../src/features/recent-returns.ts';
import { Random } from '../../src/models/random.ts';
import { sampleBars } from '../../support/bars.ts';

/** Sample standard deviation by its definition. */
function naive(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function pushed(capacity: number, values: readonly number[]): RecentReturns {
  const returns = new RecentReturns(capacity);
  for (const value of values) returns.push(value);
  return returns;
}

const smallReturn = fc.oneof(fc.constant(0), fc.double({ min: -0.3, max: 0.3, noNaN: true }));

describe('recent returns', () => {
  it('counts up to its capacity and looks back by age', () => {
    const returns = pushed(3, [1, 2]);
    assert.equal(returns.count, 2);
    returns.push(3);
    returns.push(4);
    assert.equal(returns.count, 3);
    assert.deepEqual(
      [0, 1, 2].map(age => returns.at(age)),
      [4, 3, 2],
    );
  });

  it('has the sample standard deviation of the newest returns, for every length', () => {
    fc.assert(
      fc.property(
        fc.array(smallReturn, { minLength: 2, maxLength: 60 }),
        fc.integer({ min: 2, max: 20 }),
        (values, capacity) => {
          const returns = pushed(capacity, values);
          for (let length = 2; length <= returns.count; length++) {
            const expected = naive(values.slice(-length));
            assert.ok(Math.abs(returns.deviation(length) - expected) <= 1e-12 * (1 + expected));
          }
        },
      ),
    );
  });

  it('is the same, bit for bit, wherever the history began', () => {
    fc.assert(
      fc.property(
        fc.array(smallReturn, { minLength: 10, maxLength: 10 }),
        fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 30 }),
        (window, before) =>
          pushed(10, window).deviation(10) === pushed(10, [...before, ...window]).deviation(10),
      ),
    );
  });

  it('does not depend on the order within the window', () => {
    fc.assert(
      fc.property(fc.array(smallReturn, { minLength: 10, maxLength: 10 }), window => {
        const difference = pushed(10, window).deviation(10) - pushed(10, window.toReversed()).deviation(10);
        assert.ok(Math.abs(difference) < 1e-15);
      }),
    );
  });

  it('is exactly zero for a flat price and never negative nor NaN for equal returns', () => {
    assert.equal(pushed(10, Array<number>(10).fill(0)).deviation(10), 0);
    fc.assert(
      fc.property(smallReturn, value => pushed(10, Array<number>(10).fill(value)).deviation(10) <= 1e-16),
    );
  });

  it('keeps all digits when returns are far from zero', () => {
    const offset = 1e8;
    assert.equal(
      pushed(
        4,
        [4, 7, 13, 16].map(value => value + offset),
      ).deviation(4),
      Math.sqrt(30),
    );
  });

  it('does not drift over a million returns, even after a huge one has passed', () => {
    const random = new Random(3);
    const returns = new RecentReturns(10);
    const recent: number[] = [];
    for (let i = 0; i < 1_000_000; i++) {
      const value = i === 500_000 ? 1e9 : (random.uint32() / 2 ** 32 - 0.5) * 0.04;
      returns.push(value);
      if (i >= 999_990) recent.push(value);
    }
    assert.ok(Math.abs(returns.deviation(10) / naive(recent) - 1) < 1e-13);
  });

  it("replaces the library's SD, which is wrong wherever the window holds an exact zero", () => {
    const closes = sampleBars().map(bar => bar.close);
    const changes = closes.slice(1).map((close, i) => close / closes[i]! - 1);
    const theirs = SD.calculate({ period: 10, values: changes });
    const ours = pushed(10, []);
    let wrong = 0;
    let worst = 0;
    changes.forEach((change, i) => {
      ours.push(change);
      if (i < 9) return;
      // The library divides by n.
      const population = ours.deviation(10) * Math.sqrt(9 / 10);
      const off = Math.abs(theirs[i - 9]! / population - 1);
      assert.equal(
        off > 1e-9,
        changes.slice(i - 9, i + 1).includes(0),
        `window ending at ${i}, off by ${off}`,
      );
      if (off > 1e-9) wrong += 1;
      worst = Math.max(worst, off);
    });
    assert.equal(wrong, 30);
    assert.ok(worst > 0.99, `${worst}`);
  });
});
