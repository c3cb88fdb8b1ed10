import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  meanAbsoluteError,
  rootMeanSquaredError,
  squaredErrors,
} from '../../../src/models/statistics/errors.ts';
import { close } from './close.ts';

const actual = Float64Array.of(0.5, -1.25, 0.75, 2, -0.5, 1.5, -2, 0.25, 1, -0.75);
const predicted = Float64Array.of(0.1, 0.2, -0.1, 0.5, 0, 0.3, -0.4, 0.2, 0.6, 0.1);
const constant = new Float64Array(10).fill(0.08);

describe('errors of forecasts', () => {
  it('agree with scikit-learn', () => {
    close(rootMeanSquaredError(actual, predicted), 1.0183319694480775);
    close(rootMeanSquaredError(actual, constant), 1.1968291440301744);
    close(meanAbsoluteError(actual, predicted), 0.88);
  });

  it('are zero for a perfect forecast', () => {
    equal(rootMeanSquaredError(actual, actual), 0);
    equal(meanAbsoluteError(actual, actual), 0);
    deepEqual(squaredErrors(actual, actual), new Float64Array(10));
  });

  it('reject series of different lengths and empty series', () => {
    throws(() => rootMeanSquaredError(actual, predicted.subarray(1)), /differ in length: 10 and 9/);
    throws(() => meanAbsoluteError(new Float64Array(0), new Float64Array(0)), /empty/);
  });
});
