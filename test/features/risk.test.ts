import assert from 'node:assert/strict';
import fc from 'fast-check';
import { riskLevel, riskLevels, riskThresholds } from '../../src/features/risk.ts';

describe('risk level', () => {
  for (const [volatility, level] of [
    [0, 0],
    [0.0099, 0],
    [0.01, 1],
    [0.015, 1],
    [0.02, 1],
    [0.0201, 2],
    [9, 2],
  ] as const) {
    it(`of ${volatility} is ${level}`, () => assert.equal(riskLevel(volatility, [0.01, 0.02]), level));
  }

  it('of several volatilities is that of each', () => {
    const volatilities = Float64Array.of(0.009, 0.01, 0.019, 0.021, 0.5);
    assert.deepEqual(riskLevels(volatilities, [0.01, 0.02]), Uint8Array.of(0, 1, 1, 2, 2));
  });
});

describe('risk thresholds', () => {
  it('interpolate linearly between order statistics', () => {
    // R: quantile(c(15, 20, 35, 40, 50), c(.4, .9), type = 7) is 29 and 46.
    const [low, high] = riskThresholds(Float64Array.of(35, 15, 50, 40, 20), 0.4, 0.9);
    assert.equal(low, 29);
    assert.ok(Math.abs(high - 46) < 1e-12);
    assert.deepEqual(riskThresholds(Float64Array.of(7), 0.3, 0.6), [7, 7]);
  });

  it('do not depend on the order and do not modify their input', () => {
    const volatility = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(volatility, { minLength: 1, maxLength: 50 }), values => {
        const given = Float64Array.from(values);
        const thresholds = riskThresholds(given, 0.3333, 0.6667);
        assert.deepEqual(given, Float64Array.from(values));
        assert.deepEqual(riskThresholds(given.toReversed(), 0.3333, 0.6667), thresholds);
        assert.ok(thresholds[0] <= thresholds[1]);
      }),
    );
  });

  it('separate distinct volatilities into thirds', () => {
    const values = Float64Array.from({ length: 900 }, (_, i) => (i * 7919) % 900);
    const thresholds = riskThresholds(values, 1 / 3, 2 / 3);
    const counts = [0, 0, 0];
    for (const value of values) counts[riskLevel(value, thresholds)]! += 1;
    assert.deepEqual(counts, [300, 300, 300]);
  });

  for (const values of [Float64Array.of(), Float64Array.of(0.1, Number.NaN)]) {
    it(`refuse [${values}]`, () => assert.throws(() => riskThresholds(values, 0.3, 0.6), RangeError));
  }
});
