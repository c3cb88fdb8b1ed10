import assert from 'node:assert/strict';
import { linkTrees, meanBooster } from '../../../src/models/booster/booster.ts';
import { predictEveryRound, predictReturn, predictReturns } from '../../../src/models/booster/predict.ts';
import { trainBooster } from '../../../src/models/booster/training.ts';
import { sliceRows } from '../../../src/models/matrix.ts';
import { Random } from '../../../src/models/random.ts';
import { coarseMatrix } from '../../../support/library-booster.ts';
import { fromRows } from '../../../support/matrix.ts';

const leaf = 0xffff;
/** Below 2 in feature 0: 10; else below -3 in feature 1: 20, else 30. Then a lone leaf of 0.5. */
const booster = linkTrees(
  2,
  100,
  Uint16Array.of(0, leaf, 1, leaf, leaf, leaf),
  Float32Array.of(2, 10, -3, 20, 30, 0.5),
);

describe('prediction', () => {
  const cases: [string, [number, number], number][] = [
    ['left of the first threshold', [1.9, 0], 110.5],
    ['on the first threshold: right', [2, -4], 120.5],
    ['on the second threshold: right', [2, -3], 130.5],
    ['as float32: a double just below the threshold is on it', [2 - 1e-12, -3], 130.5],
    ['of huge values', [-1e300, 1e300], 110.5],
    ['at -1, which is a number here', [-1, -1], 110.5],
  ];
  for (const [what, row, expected] of cases) {
    it(`walks ${what}`, () => {
      assert.equal(predictReturn(booster, Float64Array.from(row), 0), expected);
      assert.deepEqual(predictReturns(booster, fromRows([row])), Float64Array.of(expected));
    });
  }

  it('reads the row at the offset', () => {
    assert.equal(predictReturn(booster, Float64Array.of(0, 0, 2, -4), 2), 120.5);
  });

  it('is the mean, as a float32, without trees', () => {
    const mean = meanBooster(2, 0.1);
    assert.equal(predictReturn(mean, Float64Array.of(1, 2), 0), Math.fround(0.1));
    assert.deepEqual(predictReturns(mean, fromRows([[1, 2]])), Float64Array.of(Math.fround(0.1)));
  });

  it('refuses a matrix of another width', () => {
    assert.throws(() => predictReturns(booster, fromRows([[1, 2, 3]])), /2 features, the matrix 3 columns/);
  });

  it('gives for every number of rounds what a training of so many rounds gives', async () => {
    const x = coarseMatrix(new Random(3), 150, 3);
    const y = Float64Array.from({ length: 150 }, (_, row) => x.values[3 * row]! * x.values[3 * row + 1]!);
    const train = (rounds: number) =>
      trainBooster({
        x,
        y,
        parameters: { maxDepth: 3, learningRate: 0.1, minChildWeight: 2, rounds },
        seed: 1,
      });
    const asked = sliceRows(x, 10, 30);
    const every = predictEveryRound(await train(8), asked);
    for (const rounds of [1, 4, 8]) {
      const expected = predictReturns(await train(rounds), asked);
      assert.deepEqual(
        Float64Array.from({ length: 20 }, (_, row) => every[row * 9 + rounds]!),
        expected,
      );
    }
    assert.ok(Math.abs(every[0]! - y.reduce((sum, value) => sum + value, 0) / 150) < 1e-6);
  });
});
