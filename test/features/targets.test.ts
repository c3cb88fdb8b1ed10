import assert from 'node:assert/strict';
import fc from 'fast-check';
import { computeFeatures } from '../../src/features/compute.ts';
import { computeTargets } from '../../src/features/targets.ts';
import { barsOf, closes } from '../../support/bars.ts';

const windows = { shortWindow: 2, longWindow: 3, rsiPeriod: 2, volatilityWindow: 4, horizonDays: 1 };
const { NaN: unknown } = Number;

describe('targets', () => {
  it('are simple returns, and sample standard deviations of the windows now and ahead', () => {
    // Returns .5, -.5, 1, 0, 0; windows of four and their last three.
    const targets = computeTargets(Float64Array.of(8, 12, 6, 12, 12, 12), windows);
    assert.deepEqual(targets.returnNext, Float64Array.of(0.5, -0.5, 1, 0, 0, unknown));
    const early = Math.sqrt(1.25 / 3);
    const late = Math.sqrt((1.25 - 0.25 / 4) / 3);
    assert.deepEqual(targets.volatilityNow, Float64Array.of(unknown, unknown, unknown, unknown, early, late));
    assert.deepEqual(
      targets.volatilityAhead,
      Float64Array.of(unknown, unknown, unknown, early, late, unknown),
    );
    const known = targets.volatilityKnown;
    assert.deepEqual(known.subarray(0, 3), Float64Array.of(unknown, unknown, unknown));
    assert.ok(Math.abs(known[3]! - Math.sqrt(((1 / 6) ** 2 + (5 / 6) ** 2 + (2 / 3) ** 2) / 2)) < 1e-15);
  });

  it('move the window by the horizon, and are the features of the same name', () => {
    fc.assert(
      fc.property(closes(12, 40), fc.integer({ min: 1, max: 4 }), (prices, horizonDays) => {
        const longer = { ...windows, volatilityWindow: 6, horizonDays };
        const targets = computeTargets(Float64Array.from(prices), longer);
        const ahead = prices.length - horizonDays;
        assert.deepEqual(
          targets.volatilityAhead.subarray(0, ahead),
          targets.volatilityNow.subarray(horizonDays),
        );
        assert.ok(targets.volatilityAhead.subarray(ahead).every(Number.isNaN));
        const { firstBar, x } = computeFeatures(barsOf(prices), longer);
        for (let row = 0; row < x.rows; row++) {
          assert.equal(x.values[row * x.columns + 3], targets.volatilityNow[firstBar + row]);
          assert.equal(x.values[row * x.columns + 4], targets.volatilityKnown[firstBar + row]);
        }
      }),
    );
  });
});
