import assert from 'node:assert/strict';
import fc from 'fast-check';
import { predictReturns } from '../../../src/models/booster/predict.ts';
import { scaleToUnit, trainBooster } from '../../../src/models/booster/training.ts';
import { trainXgboost } from '../../../src/models/booster/xgboost.ts';
import { Random } from '../../../src/models/random.ts';
import { coarseMatrix, deviate, libraryPredictions } from '../../../support/library-booster.ts';

const parameters = { maxDepth: 3, learningRate: 0.1, minChildWeight: 5, rounds: 20 };
const x = coarseMatrix(new Random(3), 300, 4);
const random = new Random(4);
/** Labels with a standard deviation of about 1. */
const y = Float64Array.from({ length: x.rows }, (_, row) => 0.3 * x.values[4 * row]! + deviate(random));

describe('trainBooster', () => {
  it('learns the same from returns of any size, bit for bit', async () => {
    const expected = predictReturns(await trainBooster({ x, y, parameters, seed: 1 }), x);
    assert.ok(new Set(expected).size > 10);
    for (const factor of [2 ** -30, 2 ** -11, 2 ** 10]) {
      const booster = await trainBooster({ x, y: y.map(label => label * factor), parameters, seed: 1 });
      assert.deepEqual(
        predictReturns(booster, x),
        expected.map(value => value * factor),
        `times ${factor}`,
      );
    }
  });

  it('predicts like the library with scaled labels, divided by the scale', async () => {
    const returns = y.map(label => 0.0005 * label);
    const scale = scaleToUnit(returns);
    const labels = returns.map(label => label * scale);
    const base = labels.reduce((sum, label) => sum + label, 0) / labels.length;
    const model = await trainXgboost(x, labels, { ...parameters, base, seed: 1 });
    const expected = (await libraryPredictions(model, x)).map(value => value / scale);
    const booster = await trainBooster({ x, y: returns, parameters, seed: 1 });
    assert.deepEqual(Array.from(predictReturns(booster, x)), expected);
  });

  it('takes labels that are all the same', async () => {
    for (const same of [0, 0.001]) {
      const booster = await trainBooster({ x, y: y.map(() => same), parameters, seed: 1 });
      assert.deepEqual(new Set(predictReturns(booster, x)), new Set([Math.fround(same)]));
    }
  });
});

describe('scaleToUnit', () => {
  it('is the power of two that brings the standard deviation closest to 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-8, max: 1e3, noNaN: true }), size => {
        const scale = scaleToUnit(Float64Array.of(1 + size, 1 - size));
        assert.ok(Number.isInteger(Math.log2(scale)));
        assert.ok(scale * size > 0.7 && scale * size < 1.42, `${size}: ${scale}`);
      }),
    );
  });

  it('is 1 for labels that are all the same, and has limits', () => {
    assert.equal(scaleToUnit(Float64Array.of(3, 3, 3)), 1);
    assert.equal(scaleToUnit(Float64Array.of(1e-30, -1e-30)), 2 ** 64);
  });
});
