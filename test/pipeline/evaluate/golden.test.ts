import { deepEqual, equal, ok } from 'node:assert/strict';
import { before, describe, it } from 'mocha';
import { goldenSchema } from '../../../src/api/artifacts.ts';
import { decodeBooster } from '../../../src/models/booster/codec.ts';
import { predictReturns } from '../../../src/models/booster/predict.ts';
import { decodeForest } from '../../../src/models/forest/codec.ts';
import { predictRisk } from '../../../src/models/forest/predict.ts';
import { type Dataset, readDataset } from '../../../src/pipeline/dataset.ts';
import { goldenAnswers, goldenRows } from '../../../src/pipeline/evaluate/golden.ts';
import { fromRows } from '../../../support/matrix.ts';
import { contextOf, type Files, trainedRun } from './memory-run.ts';

describe('goldenRows', () => {
  const x = fromRows(Array.from({ length: 500 }, (_, row) => [row % 7, Math.sin(row), row === 333 ? -9 : 1]));

  it('spreads over the window and takes the extremes of each feature', () => {
    const rows = goldenRows(x, 100, 400);
    ok(rows.length >= 32 && rows.length <= 32 + 2 * 3, String(rows.length));
    equal(rows[0], 100);
    ok(rows.at(-1)! > 385 && rows.at(-1)! < 400);
    ok(rows.includes(333));
    deepEqual(
      rows,
      [...new Set(rows)].toSorted((a, b) => a - b),
    );
    for (let column = 0; column < 3; column++) {
      const at = (row: number) => x.values[row * 3 + column]!;
      const window = Array.from({ length: 300 }, (_, i) => at(100 + i));
      const chosen = rows.map(at);
      equal(Math.min(...chosen), Math.min(...window));
      equal(Math.max(...chosen), Math.max(...window));
    }
  });

  it('takes every row of a short window', () => {
    deepEqual(goldenRows(x, 10, 13), [10, 11, 12]);
  });
});

describe('goldenAnswers', () => {
  let dataset: Dataset;
  let files: Files;
  before(async () => {
    files = await trainedRun();
    dataset = await readDataset(contextOf('Evaluate', files));
  });

  it('equal batch predictions for the same rows, after a round trip through JSON', () => {
    const booster = decodeBooster(files.get('Train/regressor.bin')!);
    const forest = decodeForest(files.get('Train/classifier.bin')!);
    const rows = [260, 261, 300];
    const answers = goldenSchema.parse(
      JSON.parse(JSON.stringify(goldenAnswers(dataset, rows, { booster, forest }))),
    );
    const x = fromRows(answers.rows.map(row => row.values));
    deepEqual(
      Float64Array.from(answers.rows, row => row.predictedReturn),
      predictReturns(booster, x),
    );
    const { levels, probabilities } = predictRisk(forest, x);
    deepEqual(
      Uint8Array.from(answers.rows, row => row.riskLevel),
      levels,
    );
    deepEqual(Float64Array.from(answers.rows.flatMap(row => row.probabilities)), probabilities);
    deepEqual(
      answers.rows.map(row => row.date),
      rows.map(row => dataset.dates[row]),
    );
    deepEqual(
      answers.features,
      dataset.description.features.map(feature => feature.name),
    );
  });
});
