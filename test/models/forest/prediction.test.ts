import assert from 'node:assert/strict';
import fc from 'fast-check';
import { withFastSplits } from '../../../src/models/forest/fast-split.ts';
import { flattenTrees } from '../../../src/models/forest/flatten.ts';
import type { Forest } from '../../../src/models/forest/forest.ts';
import { predictRisk } from '../../../src/models/forest/predict.ts';
import { voteRisk } from '../../../src/models/forest/vote.ts';
import type { Matrix } from '../../../src/models/matrix.ts';
import { flattenLibrary, rowsOf, trainLibrary } from '../../../support/library-forest.ts';
import { fromRows } from '../../../support/matrix.ts';
import { riskSample } from '../../../support/risk-sample.ts';

/** A leaf and a test as the library has them. */
const leaf = (level: number) => ({ distribution: { maxRowIndex: () => [0, level] } });
const test = (splitColumn: number, splitValue: number, left: object, right: object) => ({
  splitColumn,
  splitValue,
  left,
  right,
});

function votesOneByOne(forest: Forest, x: Matrix) {
  const levels = new Uint8Array(x.rows);
  const probabilities = new Float64Array(3 * x.rows);
  for (let row = 0; row < x.rows; row++) {
    levels[row] = voteRisk(forest, x.values, row * x.columns, probabilities.subarray(3 * row));
  }
  return { levels, probabilities };
}

/** Both of ours give the library's classes, and equal shares that add up to one. */
function assertSamePredictions(forest: Forest, x: Matrix, expected: readonly number[]): void {
  const single = votesOneByOne(forest, x);
  assert.deepEqual(Array.from(single.levels), expected);
  assert.deepEqual(predictRisk(forest, x), single);
  for (let row = 0; row < x.rows; row++) {
    const shares = single.probabilities.subarray(3 * row, 3 * row + 3);
    assert.ok(Math.abs(shares.reduce((sum, share) => sum + share) - 1) < 1e-15);
  }
}

describe('flattenTrees', () => {
  it('keeps the tests, with the columns of the data', () => {
    const tree = test(1, 5, test(0, 2, leaf(0), leaf(2)), leaf(1));
    assert.deepEqual(flattenTrees([{ root: tree, columns: [3, 1] }], 4), {
      columns: 4,
      trees: 1,
      roots: Uint32Array.of(0, 5),
      feature: Int16Array.of(1, 3, -1, -3, -2),
      threshold: Float64Array.of(5, 2, 0, 0, 0),
      right: Uint32Array.of(4, 3, 0, 0, 0),
    });
  });

  it('makes a leaf of a test that changes no vote, all the way up', () => {
    const tree = test(0, 1, test(0, 0, leaf(2), leaf(2)), leaf(2));
    const { feature, roots } = flattenTrees([{ root: tree, columns: [0] }], 1);
    assert.deepEqual([...feature], [-3]);
    assert.deepEqual([...roots], [0, 1]);
  });
});

describe('voteRisk and predictRisk', () => {
  it('send a row on the threshold to the right', () => {
    const forest = flattenTrees([{ root: test(0, 2, leaf(0), leaf(2)), columns: [0] }], 1);
    const x = fromRows([[2 - 1e-15], [2], [-0], [1e300]]);
    assertSamePredictions(forest, x, [0, 2, 0, 2]);
  });

  it('break a tie for the class whose last vote came first', () => {
    const forestOf = (...levels: number[]) =>
      flattenTrees(
        levels.map(level => ({ root: leaf(level), columns: [0] })),
        1,
      );
    const x = fromRows([[0]]);
    const cases: [number[], number][] = [
      [[2, 0], 2],
      [[1, 2, 2, 1], 2],
      [[1, 2, 1, 2], 1],
      [[2, 1, 0, 0, 1, 2], 0],
      [[0, 1, 2], 0],
      [[2, 1, 1, 2, 1], 1],
    ];
    for (const [votes, winner] of cases) assertSamePredictions(forestOf(...votes), x, [winner]);
  });

  it('agree with the library on random forests, rows on thresholds and ties included', () => {
    const value = fc.integer({ min: -3, max: 3 }).map(whole => whole / 2);
    const row = fc.array(value, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(row, fc.integer({ min: 0, max: 2 })), { minLength: 2, maxLength: 30 }),
        fc.array(row, { minLength: 1, maxLength: 70 }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer(),
        (training, asked, nEstimators, seed) => {
          const library = trainLibrary(
            fromRows(training.map(([values]) => values)),
            training.map(([, label]) => label),
            { nEstimators, seed, maxFeatures: 0.7, treeOptions: { minNumSamples: 1, gainThreshold: 0 } },
          );
          assertSamePredictions(flattenLibrary(library, 3), fromRows(asked), library.predict(asked));
        },
      ),
      { numRuns: 150 },
    );
  });

  it('agree with the library on real data', () => {
    const { train, test } = riskSample();
    const options = { nEstimators: 40, seed: 1, maxFeatures: 0.6, treeOptions: { maxDepth: 6 } };
    const library = withFastSplits(() => trainLibrary(train.x, train.labels, options));
    assertSamePredictions(flattenLibrary(library, test.x.columns), test.x, library.predict(rowsOf(test.x)));
  });

  it('refuse rows of another width', () => {
    const forest = flattenTrees([{ root: leaf(0), columns: [0] }], 1);
    assert.throws(() => predictRisk(forest, fromRows([[1, 2]])), /takes 1 features, not 2/);
  });
});
