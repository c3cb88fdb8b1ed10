import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Failure } from '../../../src/failure.ts';
import { predictReturn, predictReturns } from '../../../src/models/booster/predict.ts';
import { trainXgboost } from '../../../src/models/booster/xgboost.ts';
import { parseXgboost } from '../../../src/models/booster/xgboost-format.ts';
import { Random } from '../../../src/models/random.ts';
import {
  coarseMatrix,
  deviate,
  libraryPredictions,
  rowsOnThresholds,
  thresholdsOf,
} from '../../../support/library-booster.ts';

async function trainedModel(seed: number, maxDepth: number, rounds: number): Promise<Uint8Array> {
  const random = new Random(seed);
  const x = coarseMatrix(random, 120, 4);
  const y = Float64Array.from({ length: 120 }, (_, row) => x.values[4 * row]! ** 2 + deviate(random));
  return trainXgboost(x, y, { maxDepth, learningRate: 0.2, minChildWeight: 2, rounds, base: 0.3, seed: 1 });
}

describe('the parsed XGBoost model', () => {
  it('predicts bit for bit as the library, on thresholds and at -1 too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 30 }),
        async (seed, maxDepth, rounds) => {
          const bytes = await trainedModel(seed, maxDepth, rounds);
          const booster = parseXgboost(bytes);
          const x = rowsOnThresholds(new Random(seed), thresholdsOf(booster), 40);
          const expected = await libraryPredictions(bytes, x);
          assert.deepEqual(Array.from(predictReturns(booster, x)), expected);
          assert.deepEqual(
            expected.map((_, row) => predictReturn(booster, x.values, row * x.columns)),
            expected,
          );
        },
      ),
      { numRuns: 40 },
    );
  });

  it('is the same when the bytes lie within a larger buffer', async () => {
    const bytes = await trainedModel(1, 3, 5);
    const shifted = new Uint8Array(bytes.length + 7).subarray(3, 3 + bytes.length);
    shifted.set(bytes);
    assert.deepEqual(parseXgboost(shifted), parseXgboost(bytes));
  });

  it('is refused wherever the bytes end too early', async () => {
    const bytes = await trainedModel(1, 2, 3);
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => parseXgboost(bytes.subarray(0, length)), invalidArtifact, `${length} bytes`);
    }
  });

  it('is refused, or still is trees that can be walked, when any bytes are wrong', async () => {
    const bytes = await trainedModel(1, 3, 4);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        changes => {
          const corrupt = bytes.slice();
          for (const [at, byte] of changes) corrupt[at] = byte;
          try {
            const booster = parseXgboost(corrupt);
            const prediction = predictReturn(booster, new Float64Array(booster.columns), 0);
            assert.ok(!Number.isNaN(prediction));
          } catch (error) {
            assert.ok(invalidArtifact(error), String(error));
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('is refused when it is a model of another kind', async () => {
    const bytes = await trainedModel(1, 1, 1);
    // The objective's name follows the 136 bytes of the learner and the 8 of its length.
    bytes.set(new TextEncoder().encode('reg:logist'), 136 + 8);
    assert.throws(() => parseXgboost(bytes), /a gbtree for reg:logist, not a gbtree for reg:linear/);
  });
});

function invalidArtifact(error: unknown): boolean {
  return error instanceof Failure && error.reason === 'InvalidArtifact';
}
