import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { regressionScoreSchema } from '../../../src/api/evaluation.ts';
import { Random } from '../../../src/models/random.ts';
import { rmseRatio, scoreRegression } from '../../../src/pipeline/evaluate/regression-score.ts';

const random = new Random(1);
const rows = 300;
const actualReturn = Float64Array.from({ length: rows }, () => 0.03 * (random.uniform() - 0.5));
const meanReturn = new Float64Array(rows).fill(0.001);

describe('scoreRegression', () => {
  it('finds a forecast that knows something better than the mean, by every figure', () => {
    const predictedReturn = actualReturn.map(value => value / 2);
    const score = regressionScoreSchema.parse(
      scoreRegression({ actualReturn, predictedReturn, meanReturn }, 1),
    );
    equal(score.rows, rows);
    ok(score.model.rmse < score.mean.rmse && score.model.mae < score.mean.mae);
    equal(score.rmseRatio, score.model.rmse / score.mean.rmse);
    ok(score.squaredErrorDifference.upper < 0);
    ok(score.dieboldMariano.statistic < 0 && score.dieboldMariano.pValue < 1e-6);
    equal(score.hitRate.model, 1);
    ok(
      Math.abs(score.squaredErrorDifference.estimate - (score.model.rmse ** 2 - score.mean.rmse ** 2)) <
        1e-15,
    );
  });

  it('finds the mean no different from itself', () => {
    const score = scoreRegression({ actualReturn, predictedReturn: meanReturn, meanReturn }, 1);
    equal(score.rmseRatio, 1);
    deepEqual(score.squaredErrorDifference, { estimate: 0, lower: 0, upper: 0, level: 0.95 });
    deepEqual(score.dieboldMariano, { statistic: 0, pValue: 1 });
    deepEqual(score.hitRate.model, score.hitRate.mean);
  });

  it('has figures even for prices that never move', () => {
    const still = new Float64Array(20);
    const score = scoreRegression({ actualReturn: still, predictedReturn: still, meanReturn: still }, 1);
    regressionScoreSchema.parse(score);
    equal(score.rmseRatio, 1);
  });
});

describe('rmseRatio', () => {
  it('is below one for a forecast that beats the mean, and one when there is nothing to gain', () => {
    equal(rmseRatio(0.01, 0.02), 0.5);
    equal(rmseRatio(0, 0), 1);
  });
});
