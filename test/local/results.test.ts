import assert from 'node:assert/strict';
import { resultsTable } from '../../src/local/results.ts';
import { sampleRun } from '../../support/sample-run.ts';

describe('results of a local run', () => {
  const { evaluation } = sampleRun();
  const lines = resultsTable(evaluation).split('\n');
  const cells = (name: string) =>
    lines
      .find(line => line.trim().startsWith(name))
      ?.trim()
      .split(/ {2,}/)
      .slice(1);

  it('shows every model beside the trivial predictors, walk-forward and holdout', () => {
    const percent = (value: number, digits: number) => `${(value * 100).toFixed(digits)} %`;
    const { regression, classification } = evaluation;
    const returns = [regression.walkForward, regression.holdout];
    const risks = [classification.walkForward, classification.holdout];
    assert.deepEqual(
      cells('XGBoost '),
      returns.map(score => percent(score.model.rmse, 4)),
    );
    assert.deepEqual(
      cells('training mean'),
      returns.map(score => percent(score.mean.rmse, 4)),
    );
    assert.deepEqual(
      cells('zero'),
      returns.map(score => percent(score.zero.rmse, 4)),
    );
    assert.deepEqual(
      cells('random forest'),
      risks.map(score => percent(score.model.accuracy, 1)),
    );
    for (const [name, rule] of [
      ['known-part rule', 'knownPart'],
      ['persistence', 'persistence'],
      ['majority', 'majority'],
    ] as const) {
      assert.deepEqual(
        cells(name),
        risks.map(score => percent(score.baselines[rule].accuracy, 1)),
      );
    }
  });

  it('ends with the verdicts as text', () => {
    assert.ok(lines.includes(evaluation.regression.verdict.text));
    assert.ok(lines.includes(evaluation.classification.verdict.text));
  });
});
