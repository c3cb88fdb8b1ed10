import assert from 'node:assert/strict';
import fc from 'fast-check';
import { featureCatalogue } from '../../src/features/catalogue.ts';
import { computeFeatures } from '../../src/features/compute.ts';
import { FeatureStream } from '../../src/features/stream.ts';
import type { FeatureWindows } from '../../src/features/windows.ts';
import { rowOf } from '../../src/models/matrix.ts';
import { barsOf, closes, sampleBars } from '../../support/bars.ts';

const windows: FeatureWindows = {
  shortWindow: 3,
  longWindow: 8,
  rsiPeriod: 4,
  volatilityWindow: 5,
  horizonDays: 2,
};

/** All features of the last of these closes, each by its definition. */
function naive(prices: readonly number[]): number[] {
  const close = prices.at(-1)!;
  const average = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const returns = prices.slice(1).map((price, i) => price / prices[i]! - 1);
  const deviation = (values: readonly number[]) => {
    const mean = average(values);
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  };
  const changes = prices.slice(1).map((price, i) => price - prices[i]!);
  const smooth = (values: readonly number[]) =>
    values.slice(4).reduce((smoothed, value) => (smoothed * 3 + value) / 4, average(values.slice(0, 4)));
  const gain = smooth(changes.map(change => Math.max(0, change)));
  const loss = smooth(changes.map(change => Math.max(0, -change)));
  return [
    close / average(prices.slice(-3)) - 1,
    close / average(prices.slice(-8)) - 1,
    loss === 0 ? 100 : 100 - 100 / (1 + gain / loss),
    deviation(returns.slice(-5)),
    deviation(returns.slice(-3)),
  ];
}

describe('feature stream', () => {
  it('needs as many bars as the longest lookback and does not change the output before', () => {
    const stream = new FeatureStream(windows);
    assert.equal(stream.lookback, 20);
    const out = new Float64Array(stream.columns + 2).fill(7);
    const bars = barsOf(Array.from({ length: 20 }, (_, i) => 100 + (i % 3)));
    for (const bar of bars.slice(0, 19)) assert.equal(stream.push(bar, out, 1), false);
    assert.ok(out.every(value => value === 7));
    assert.equal(stream.push(bars[19]!, out, 1), true);
    assert.deepEqual([out[0], out.at(-1)], [7, 7]);
    assert.deepEqual(Array.from(out.subarray(1, -1)), Array.from(computeFeatures(bars, windows).x.values));
  });

  it('equals the definitions, applied to the whole history', () => {
    fc.assert(
      fc.property(closes(20, 60), prices => {
        const { firstBar, x } = computeFeatures(barsOf(prices), windows);
        assert.equal(x.rows, prices.length - 19);
        for (let row = 0; row < x.rows; row++) {
          const expected = naive(prices.slice(0, firstBar + row + 1));
          rowOf(x, row).forEach((value, column) => {
            const tolerance = column === 2 ? 0.005 + 1e-9 : 1e-12;
            assert.ok(
              Math.abs(value - expected[column]!) <= tolerance,
              `column ${column}: ${value}, not ${expected[column]}`,
            );
          });
        }
      }),
    );
  });

  it('keeps every value within the bounds of the catalogue, and never returns the missing marker -1', () => {
    const features = featureCatalogue(windows);
    fc.assert(
      fc.property(closes(20, 80), prices => {
        const { x } = computeFeatures(barsOf(prices), windows);
        x.values.forEach((value, i) => {
          const { minimum, maximum } = features[i % x.columns]!;
          assert.ok(Number.isFinite(value) && value !== -1);
          assert.ok(value >= (minimum ?? value) && value <= (maximum ?? value));
        });
      }),
    );
  });

  it('does not depend on the currency', () => {
    fc.assert(
      fc.property(closes(20, 60), fc.double({ min: 0.01, max: 500, noNaN: true }), (prices, rate) => {
        const { x } = computeFeatures(barsOf(prices), windows);
        const other = computeFeatures(barsOf(prices.map(price => price * rate)), windows).x;
        x.values.forEach((value, i) => {
          // A sum of gains that is not quite zero in one currency can be zero in the other; two decimals of RSI can round apart.
          if (i % x.columns !== 2) assert.ok(Math.abs(value - other.values[i]!) <= 1e-11);
        });
      }),
    );
  });

  it('returns the same values whatever bars follow', () => {
    fc.assert(
      fc.property(closes(21, 60), closes(1, 20), (prices, others) => {
        const bars = barsOf(prices);
        const cut = 20 + Math.floor((prices.length - 20) / 2);
        const past = computeFeatures(bars.slice(0, cut), windows).x.values;
        const future = barsOf([...prices.slice(0, cut), ...others]);
        assert.deepEqual(computeFeatures(future, windows).x.values.subarray(0, past.length), past);
        assert.deepEqual(computeFeatures(bars, windows).x.values.subarray(0, past.length), past);
      }),
    );
  });

  it('has no rows of a history that is too short', () => {
    assert.equal(computeFeatures(barsOf([1, 2, 3]), windows).x.rows, 0);
  });

  it('depends little on where the history began: RSI by less than a point after its lookback', () => {
    const defaults = { shortWindow: 10, longWindow: 50, rsiPeriod: 14, volatilityWindow: 10, horizonDays: 1 };
    const bars = sampleBars();
    const { firstBar, x } = computeFeatures(bars, defaults);
    let worst = 0;
    for (let row = 0; row < x.rows; row += 3) {
      const late = computeFeatures(bars.slice(row, firstBar + row + 1), defaults).x.values;
      const whole = rowOf(x, row);
      for (const column of [0, 1]) assert.ok(Math.abs(late[column]! - whole[column]!) < 1e-12);
      for (const column of [3, 4]) assert.equal(late[column], whole[column]);
      worst = Math.max(worst, Math.abs(late[2]! - whole[2]!));
    }
    assert.ok(worst > 0 && worst < 1, `${worst}`);
  });
});
