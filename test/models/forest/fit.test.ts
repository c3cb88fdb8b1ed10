import assert from 'node:assert/strict';
import { type ClassifierSpec, classifierSchema } from '../../../src/api/training-run.ts';
import { Failure } from '../../../src/failure.ts';
import { encodeForest } from '../../../src/models/forest/codec.ts';
import { fitClassifier } from '../../../src/models/forest/fit.ts';
import { predictRisk } from '../../../src/models/forest/predict.ts';
import { trainForest } from '../../../src/models/forest/train-forest.ts';
import { sliceRows } from '../../../src/models/matrix.ts';
import type { RunTask } from '../../../src/models/training-tasks.ts';
import { tuningSplits } from '../../../src/models/tuning-splits.ts';
import { fromRows } from '../../../support/matrix.ts';
import { riskSample } from '../../../support/risk-sample.ts';
import { runHere } from '../../../support/run-here.ts';

const { train, test } = riskSample();
const rules = { folds: 3, embargo: 21, seed: 1, tuningTrees: 10 };
const specOf = (spec: Partial<ClassifierSpec>) =>
  classifierSchema.parse({ trees: 40, featureFraction: 0.6, ...spec });

describe('fitClassifier', () => {
  it('tries every depth with both representative samplings and trains what it chose on all rows', async () => {
    const spec = specOf({ maxDepth: [6, 2, 6] });
    const heard: number[] = [];
    const fit = await fitClassifier(train.x, train.labels, { ...rules, spec }, runHere, share =>
      heard.push(share),
    );
    assert.deepEqual(
      fit.candidates.map(({ maxDepth, sampling }) => [maxDepth, sampling]),
      [
        [2, 'Stratified'],
        [2, 'Balanced'],
        [6, 'Stratified'],
        [6, 'Balanced'],
      ],
    );
    for (const { accuracy, balancedAccuracy } of fit.candidates) {
      assert.ok(accuracy > 0.8 && accuracy < 1, `${accuracy}`);
      assert.ok(balancedAccuracy > 0.8 && balancedAccuracy < 1, `${balancedAccuracy}`);
    }
    assert.match(fit.choice, /^Of 4 candidates /);
    const forest = await trainForest(
      train.x,
      train.labels,
      { ...fit.parameters, trees: 40, seed: 1 },
      runHere,
    );
    assert.deepEqual(encodeForest(fit.forest), encodeForest(forest));
    assert.equal(heard.length, 4 * 3 + 1);
    assert.ok(heard.every((share, i) => share > (heard[i - 1] ?? 0)));
    assert.equal(heard.at(-1), 1);
  });

  it('trains what it validates on the rows before the embargo alone', async () => {
    const rows = new Set<number>();
    const trees: number[] = [];
    const spy: RunTask = (name, input) => {
      rows.add(input.x.rows);
      if ('to' in input) trees.push(input.to - input.from);
      return runHere(name, input);
    };
    await fitClassifier(train.x, train.labels, { ...rules, spec: specOf({ trees: 12 }) }, spy);
    const trainEnds = tuningSplits(train.x.rows, rules.folds, rules.embargo).map(split => split.trainEnd);
    assert.deepEqual([...rows], [...trainEnds, train.x.rows]);
    // Four candidates in three folds, then the one that is kept.
    assert.deepEqual(trees, [...new Array(4 * 3).fill(rules.tuningTrees), 12]);
  });

  it('beats persistence and the majority on rows that it was not trained on', async () => {
    const { forest } = await fitClassifier(train.x, train.labels, { ...rules, spec: specOf({}) }, runHere);
    const { levels } = predictRisk(forest, test.x);
    const right = levels.filter((level, row) => level === test.labels[row]).length / levels.length;
    const persisting = test.labels.filter((level, row) => row > 0 && level === test.labels[row - 1]).length;
    assert.ok(right > persisting / (levels.length - 1), `${right}`);
  });

  it('repeats itself', async () => {
    const spec = specOf({ trees: 8 });
    const again = () => fitClassifier(train.x, train.labels, { ...rules, spec }, runHere);
    assert.deepEqual(await again(), await again());
  });

  it('validates only the sampling that the spec names', async () => {
    const spec = specOf({ trees: 8, sampling: 'Bootstrap' });
    const { candidates, parameters } = await fitClassifier(
      train.x,
      train.labels,
      { ...rules, spec },
      runHere,
    );
    assert.deepEqual(
      candidates.map(({ sampling }) => sampling),
      ['Bootstrap', 'Bootstrap'],
    );
    assert.equal(parameters.sampling, 'Bootstrap');
  });

  it('validates nothing where there is nothing to choose', async () => {
    const spec = specOf({ maxDepth: [5], sampling: 'Balanced' });
    const fit = await fitClassifier(train.x, train.labels, { ...rules, spec }, runHere);
    assert.deepEqual(fit.candidates, []);
    assert.deepEqual(fit.parameters, {
      maxDepth: 5,
      minimumLeafRows: 3,
      featureFraction: 0.6,
      sampling: 'Balanced',
    });
    assert.match(fit.choice, /nothing to choose/);
  });

  it('takes the simplest candidate where the rows are too few to validate', async () => {
    const x = sliceRows(train.x, 0, 60);
    const fit = await fitClassifier(x, train.labels.subarray(0, 60), { ...rules, spec: specOf({}) }, runHere);
    assert.match(fit.choice, /^60 rows are too few to validate/);
    assert.equal(fit.parameters.maxDepth, 4);
    assert.equal(fit.forest.trees, 40);
  });

  it('learns where folds, or all of the rows, lack a class', async () => {
    const x = fromRows(Array.from({ length: 200 }, (_, row) => [row, -row]));
    for (const last of [0, 2]) {
      const labels = Uint8Array.from({ length: 200 }, (_, row) => (row < 180 ? 0 : last));
      const fit = await fitClassifier(x, labels, { ...rules, embargo: 1, spec: specOf({}) }, runHere);
      assert.deepEqual([...predictRisk(fit.forest, x).levels], [...labels]);
    }
  });

  it('names the value that is none', async () => {
    const values = train.x.values.slice();
    values[7 * train.x.columns + 3] = Number.NaN;
    await assert.rejects(
      fitClassifier({ ...train.x, values }, train.labels, { ...rules, spec: specOf({}) }, runHere),
      (error: unknown) => error instanceof Failure && /row 7, column 3 is NaN/.test(error.message),
    );
  });
});
