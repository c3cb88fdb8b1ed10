import assert from 'node:assert/strict';
import { Failure } from '../../../src/failure.ts';
import { encodeForest } from '../../../src/models/forest/codec.ts';
import type { ForestOptions } from '../../../src/models/forest/forest.ts';
import { predictRisk } from '../../../src/models/forest/predict.ts';
import { trainForest } from '../../../src/models/forest/train-forest.ts';
import { trainTrees } from '../../../src/models/forest/training.ts';
import { type Matrix, rowOf, sliceRows } from '../../../src/models/matrix.ts';
import { TrainingPool } from '../../../src/pipeline/training-pool.ts';
import { fromRows } from '../../../support/matrix.ts';
import { riskSample } from '../../../support/risk-sample.ts';
import { runHere } from '../../../support/run-here.ts';

const options: ForestOptions = {
  trees: 30,
  maxDepth: 4,
  minimumLeafRows: 3,
  featureFraction: 0.6,
  sampling: 'Bootstrap',
  seed: 1,
};
const samplings = ['Bootstrap', 'Stratified', 'Balanced'] as const;
const { train, test } = riskSample();

function accuracy(forest: Parameters<typeof predictRisk>[0]): number {
  const { levels } = predictRisk(forest, test.x);
  return levels.filter((level, row) => level === test.labels[row]).length / test.labels.length;
}

describe('trainForest', () => {
  for (const sampling of samplings) {
    it(`learns the sample's risk with ${sampling} sampling`, async () => {
      const forest = await trainForest(train.x, train.labels, { ...options, sampling }, runHere);
      assert.equal(forest.trees, 30);
      assert.ok(accuracy(forest) > 0.8, `${accuracy(forest)}`);
    });
  }

  it('splits no node of as few rows as a leaf may have', async () => {
    const depth = { ...options, maxDepth: 12, sampling: 'Stratified' as const };
    const nodes = async (minimumLeafRows: number) =>
      (await trainForest(train.x, train.labels, { ...depth, minimumLeafRows }, runHere)).feature.length;
    assert.ok((await nodes(30)) < (await nodes(3)));
    assert.equal(await nodes(train.x.rows), options.trees);
  });

  it('gives the same bytes for a seed on any number of workers, others for another seed', async () => {
    const here = await trainForest(train.x, train.labels, options, runHere);
    const pools = [new TrainingPool(1), new TrainingPool(2)];
    try {
      for (const { runTask } of pools) {
        const there = await trainForest(train.x, train.labels, options, runTask);
        assert.deepEqual(encodeForest(there), encodeForest(here));
      }
    } finally {
      await Promise.all(pools.map(pool => pool.close()));
    }
    const other = await trainForest(train.x, train.labels, { ...options, seed: 2 }, runHere);
    assert.notDeepEqual(encodeForest(other), encodeForest(here));
  });

  it('has the same first trees whatever their number', async () => {
    const whole = await trainForest(train.x, train.labels, options, runHere);
    const first = trainTrees({ ...train, options: { ...options, trees: 3 }, from: 0, to: 3 });
    assert.deepEqual(first.roots, whole.roots.subarray(0, 4));
    assert.deepEqual(first.threshold, whole.threshold.subarray(0, first.threshold.length));
  });

  it('reads a view of a larger matrix', async () => {
    const { columns, values } = train.x;
    const part = { rows: 100, columns, values: values.slice(100 * columns, 200 * columns) };
    const labels = train.labels.slice(100, 200);
    const copied = await trainForest(part, labels, options, runHere);
    const view = sliceRows(train.x, 100, 200);
    const viewed = await trainForest(view, train.labels.subarray(100, 200), options, runHere);
    assert.deepEqual(encodeForest(viewed), encodeForest(copied));
  });

  for (const sampling of samplings) {
    const levelsOf = async (x: Matrix, labels: number[]) => {
      const forest = await trainForest(x, Uint8Array.from(labels), { ...options, sampling }, runHere);
      return [...predictRisk(forest, x).levels];
    };

    it(`never predicts a class that it has not seen, with ${sampling} sampling`, async () => {
      const x = fromRows(Array.from({ length: 20 }, (_, row) => [row]));
      const labels = Array.from({ length: 20 }, (_, row) => (row < 10 ? 1 : 2));
      assert.deepEqual(await levelsOf(x, labels), labels);
      const one = labels.map(() => 2);
      assert.deepEqual(await levelsOf(x, one), one);
    });

    it(`predicts the most frequent class where no column differs, with ${sampling} sampling`, async () => {
      const constant = fromRows(Array.from({ length: 20 }, () => [3, 4]));
      const labels = Array.from({ length: 20 }, (_, row) => (row < 16 ? 2 : 0));
      const [level, ...others] = await levelsOf(constant, labels);
      assert.ok(others.every(other => other === level));
      if (sampling !== 'Balanced') assert.equal(level, 2);
    });

    it(`learns from two rows and from equal rows, with ${sampling} sampling`, async () => {
      assert.equal((await levelsOf(fromRows([[0], [1]]), [0, 1])).length, 2);
      const doubled = fromRows(Array.from({ length: 40 }, (_, row) => [row % 2]));
      const labels = Array.from({ length: 40 }, (_, row) => (row % 2) * 2);
      assert.deepEqual(await levelsOf(doubled, labels), labels);
    });
  }

  it('gives each tree at least one feature, and all for a fraction of one', async () => {
    const x = fromRows(Array.from({ length: train.x.rows }, (_, row) => rowOf(train.x, row).slice(0, 5)));
    const seen = async (featureFraction: number) => {
      const forest = await trainForest(x, train.labels, { ...options, featureFraction }, runHere);
      return Array.from({ length: forest.trees }, (_, tree) => {
        const nodes = forest.feature.subarray(forest.roots[tree], forest.roots[tree + 1]);
        return new Set(nodes.filter(column => column >= 0)).size;
      });
    };
    assert.equal(Math.max(...(await seen(0.01))), 1);
    assert.equal(Math.max(...(await seen(0.4))), 2);
    assert.equal(Math.max(...(await seen(1))), x.columns);
  });

  const bad: [string, Matrix, number[], RegExp][] = [
    [
      'NaN',
      fromRows([
        [1, 2],
        [3, Number.NaN],
        [5, 6],
      ]),
      [0, 1, 2],
      /row 1, column 1 is NaN/,
    ],
    [
      'Infinity',
      fromRows([
        [1, 2],
        [3, 4],
        [Number.POSITIVE_INFINITY, 6],
      ]),
      [0, 1, 2],
      /row 2, column 0 is Infinity/,
    ],
    ['an unknown label', fromRows([[1], [2]]), [0, 3], /label of row 1 is 3/],
    ['too few labels', fromRows([[1], [2]]), [0], /2 rows but 1 labels/],
    ['no rows', fromRows([], 2), [], /0 rows of 2 features are too few/],
    ['one row', fromRows([[1]]), [0], /1 rows of 1 features are too few/],
    ['no columns', fromRows([[], []]), [0, 1], /2 rows of 0 features are too few/],
  ];
  for (const [name, x, labels, pattern] of bad) {
    it(`refuses ${name}`, async () => {
      await assert.rejects(
        trainForest(x, Uint8Array.from(labels), options, runHere),
        (error: unknown) =>
          error instanceof Failure && error.reason === 'TrainingFailed' && pattern.test(error.message),
      );
    });
  }
});
