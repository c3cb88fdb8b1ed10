import assert from 'node:assert/strict';
import { type RegressorSpec, trainingRunSpecSchema } from '../../../src/api/training-run.ts';
import { Failure } from '../../../src/failure.ts';
import { fitRegressor } from '../../../src/models/booster/fit.ts';
import { predictReturns } from '../../../src/models/booster/predict.ts';
import { type Matrix, sliceRows } from '../../../src/models/matrix.ts';
import { Random } from '../../../src/models/random.ts';
import type { RunTask } from '../../../src/models/training-tasks.ts';
import { TrainingPool } from '../../../src/pipeline/training-pool.ts';
import { deviate } from '../../../support/library-booster.ts';

const defaults = trainingRunSpecSchema.parse({}).regressor;
const small: RegressorSpec = { maxDepth: [1, 2], learningRate: [0.05], minChildWeight: [20], rounds: 60 };
const columns = 4;

/** Returns of 1.5 % a day, of which `signal` deviations follow the sign of the first feature. */
function series(seed: number, rows: number, signal: number): { x: Matrix; y: Float64Array } {
  const random = new Random(seed);
  const values = Float64Array.from({ length: rows * columns }, () => deviate(random));
  const y = Float64Array.from(
    { length: rows },
    (_, row) => 0.0005 + 0.015 * (deviate(random) + signal * Math.sign(values[row * columns]!)),
  );
  return { x: { rows, columns, values }, y };
}

function meanSquare(y: Float64Array, predicted: (row: number) => number): number {
  return y.reduce((sum, value, row) => sum + (value - predicted(row)) ** 2, 0) / y.length;
}

describe('fitRegressor', () => {
  const pool = new TrainingPool(2);
  after(() => pool.close());

  const fitted = (x: Matrix, y: Float64Array, spec = small, runTask: RunTask = pool.runTask) =>
    fitRegressor(x, y, { spec, folds: 5, embargo: 21, seed: 1 }, runTask);

  it('finds a planted signal, and predicts rows that it has not seen better than the mean', async () => {
    const { x, y } = series(1, 1200, 0.4);
    const { booster, trainingMean, choice } = await fitted(sliceRows(x, 0, 700), y.subarray(0, 700));
    const rest = y.subarray(700);
    const predicted = predictReturns(booster, sliceRows(x, 700, 1200));
    const ratio = meanSquare(rest, row => predicted[row]!) / meanSquare(rest, () => trainingMean);
    assert.ok(ratio < 0.95, `${ratio}: ${choice}`);
  });

  it('stays at the mean, or within a hair of it, on pure noise', async () => {
    for (let seed = 1; seed <= 6; seed++) {
      const { x, y } = series(seed, 700, 0);
      const { booster, trainingMean, choice } = await fitted(sliceRows(x, 0, 400), y.subarray(0, 400));
      const rest = y.subarray(400);
      const predicted = predictReturns(booster, sliceRows(x, 400, 700));
      const ratio = Math.sqrt(
        meanSquare(rest, row => predicted[row]!) / meanSquare(rest, () => trainingMean),
      );
      assert.ok(ratio < 1.003, `seed ${seed}, ${ratio}: ${choice}`);
    }
  });

  it('ends at exactly the mean where every candidate is worse', async () => {
    // What the first half teaches is the opposite of the truth in the second.
    const { x, y } = series(1, 600, 2);
    y.forEach((value, row) => {
      if (row >= 300) y[row] = 0.001 - value;
    });
    const spec = { ...small, rounds: 5 };
    const { booster, parameters, choice, trainingMean } = await fitRegressor(
      x,
      y,
      { spec, folds: 2, embargo: 21, seed: 1 },
      pool.runTask,
    );
    assert.match(choice, /so the model is the mean\.$/);
    assert.equal(parameters.rounds, 0);
    assert.equal(booster.roots.length, 0);
    assert.equal(booster.base, Math.fround(trainingMean));
  });

  it('has the same result with one worker as with two, and reports progress up to 1', async () => {
    const { x, y } = series(2, 300, 0.3);
    const single = new TrainingPool(1);
    try {
      const heard: number[] = [];
      const options = { spec: small, folds: 3, embargo: 5, seed: 1 };
      const one = await fitRegressor(x, y, options, single.runTask);
      const two = await fitRegressor(x, y, options, pool.runTask, fraction => heard.push(fraction));
      assert.deepEqual(two, one);
      assert.deepEqual(
        heard,
        heard.toSorted((a, b) => a - b),
      );
      assert.equal(heard.at(-1), 1);
    } finally {
      await single.close();
    }
  });

  it('leaves at least one row out between training and validation, since labels reach into the next', async () => {
    const { x, y } = series(3, 150, 0);
    const rows: number[] = [];
    const spy: RunTask = (name, input) => {
      rows.push(input.x.rows);
      return pool.runTask(name, input);
    };
    const spec = { ...small, maxDepth: [1], rounds: 1 };
    await fitRegressor(x, y, { spec, folds: 3, embargo: 0, seed: 1 }, spy);
    assert.deepEqual(rows.slice(0, 3), [74, 99, 124]);
  });

  it('lists every point of the default grid once', async () => {
    const { x, y } = series(3, 150, 0);
    const { candidates } = await fitted(x, y, {
      ...defaults,
      maxDepth: [2, 1, 2],
      rounds: 3,
    });
    const points = new Set(candidates.map(c => `${c.maxDepth} ${c.learningRate} ${c.minChildWeight}`));
    assert.equal(points.size, 2 * defaults.learningRate.length * defaults.minChildWeight.length);
  });

  it('is the mean, and explains why, when the rows are too few to validate', async () => {
    const { x, y } = series(1, 60, 0);
    const { booster, choice, candidates } = await fitted(x, y);
    assert.equal(booster.roots.length, 0);
    assert.equal(choice, '60 rows are too few to validate any candidate, so the model is the mean.');
    assert.deepEqual(candidates, []);
  });

  it('refuses a bad training set with the reason, before any work', async () => {
    const { x, y } = series(1, 60, 0);
    y[7] = Number.NaN;
    const noTask: RunTask = () => assert.fail('a task was run');
    await assert.rejects(
      fitted(x, y, small, noTask),
      new Failure('TrainingFailed', 'cannot train on this: the label of row 7 is NaN'),
    );
  });

  it('passes on what fails in a worker', async () => {
    const { x, y } = series(1, 300, 0);
    await assert.rejects(fitted(x, y, { ...small, learningRate: [-1] }), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.reason, 'TrainingFailed');
      assert.match(error.message, /XGBoost: /);
      return true;
    });
  });
});
