import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Failure } from '../../../src/failure.ts';
import { predictReturns } from '../../../src/models/booster/predict.ts';
import { trainXgboost } from '../../../src/models/booster/xgboost.ts';
import { parseXgboost } from '../../../src/models/booster/xgboost-format.ts';
import { Random } from '../../../src/models/random.ts';
import { coarseMatrix } from '../../../support/library-booster.ts';

const parameters = { maxDepth: 2, learningRate: 0.3, minChildWeight: 1, rounds: 3, base: 0, seed: 1 };
const x = coarseMatrix(new Random(1), 50, 3);
const y = Float64Array.from({ length: 50 }, (_, row) => x.values[3 * row]!);

describe('training with ml-xgboost', () => {
  it('is deterministic', async () => {
    const first = await trainXgboost(x, y, parameters);
    assert.deepEqual(await trainXgboost(x, y, parameters), first);
  });

  it('weighs leaves by the textbook: the sum of residuals over rows + 1, since lambda is 1', async () => {
    const halves = { rows: 6, columns: 1, values: Float64Array.of(0, 0, 0, 1, 1, 1) };
    const labels = Float64Array.of(4, 4, 4, -4, -4, -4);
    const one = { ...parameters, maxDepth: 1, learningRate: 1, rounds: 1 };
    const booster = parseXgboost(await trainXgboost(halves, labels, one));
    assert.deepEqual([...predictReturns(booster, halves)], [3, 3, 3, -3, -3, -3]);
    const slow = parseXgboost(await trainXgboost(halves, labels, { ...one, learningRate: 0.5, base: 1 }));
    // Residuals of 3 and -5.
    assert.deepEqual([...predictReturns(slow, halves)], [2.125, 2.125, 2.125, -0.875, -0.875, -0.875]);
  });

  it('sees every row and column in every round, and splits off no fewer rows than it may', async () => {
    const values = Float64Array.of(0, 7, 0, 7, 0, 7, 1, 7, 1, 7, 1, 7);
    const halves = { rows: 6, columns: 2, values };
    const labels = Float64Array.of(4, 4, 4, -4, -4, -4);
    const many = { ...parameters, maxDepth: 1, learningRate: 0.5, rounds: 20, minChildWeight: 3 };
    const predictions = async (changes: Partial<typeof many>) =>
      predictReturns(parseXgboost(await trainXgboost(halves, labels, { ...many, ...changes })), halves);
    // Each round corrects half of 3/4 of what is left.
    const [first] = await predictions({});
    assert.ok(Math.abs(first! - 4 * (1 - 0.625 ** 20)) < 1e-5, `${first}`);
    assert.deepEqual([...(await predictions({ minChildWeight: 4 }))], [0, 0, 0, 0, 0, 0]);
  });

  it('gives back the memory of every model', async () => {
    await trainXgboost(x, y, parameters);
    const { default: library } = await import('ml-xgboost/dist/wasm/xgboost.js');
    const before = library.HEAPU8.length;
    for (let i = 0; i < 200; i++) await trainXgboost(x, y, parameters);
    assert.equal(library.HEAPU8.length, before);
  });

  it('takes more values than fit on the library’s stack', async () => {
    const rows = 150_000;
    const columns = 10;
    const values = new Float64Array(rows * columns).map((_, i) => i % 7);
    const labels = new Float64Array(rows).map((_, row) => values[columns * row]!);
    const model = await trainXgboost({ rows, columns, values }, labels, { ...parameters, rounds: 1 });
    assert.ok(model.length > 500);
  });

  it('leaves the process’s handling of uncaught exceptions alone', () => {
    const handlers = process.listeners('uncaughtException').map(String);
    assert.deepEqual(
      handlers.filter(handler => handler.includes('ExitStatus')),
      [],
    );
  });

  it('reports what the library throws as a Failure, and trains again', async () => {
    // The spec's schema lets no such rate through; the library checks its own range.
    await assert.rejects(trainXgboost(x, y, { ...parameters, learningRate: -1 }), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.equal(error.reason, 'TrainingFailed');
      assert.match(error.message, /^XGBoost: .*parameter is out of range/);
      return true;
    });
    assert.ok((await trainXgboost(x, y, parameters)).length > 0);
  });

  it('prints nothing, not even what the library prints as it loads', async () => {
    const training = new URL('../../../src/models/booster/training.ts', import.meta.url);
    const program = `
      const { trainBooster } = await import(${JSON.stringify(training)});
      const x = { rows: 2, columns: 1, values: Float64Array.of(1, 2) };
      const parameters = { maxDepth: 1, learningRate: 0.1, minChildWeight: 1, rounds: 1 };
      await trainBooster({ x, y: Float64Array.of(1, 2), parameters, seed: 1 });`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--input-type=module',
      '--eval',
      program,
    ]);
    assert.deepEqual({ stdout, stderr }, { stdout: '', stderr: '' });
  });

  it('refuses what it cannot learn from before the library sees it', async () => {
    await assert.rejects(
      trainXgboost(x, y.slice(1), parameters),
      new Failure('TrainingFailed', 'cannot train on this: 50 rows have 49 labels'),
    );
  });
});
