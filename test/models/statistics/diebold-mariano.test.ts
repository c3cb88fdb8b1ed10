import { deepEqual, ok, throws } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { dieboldMariano } from '../../../src/models/statistics/diebold-mariano.ts';
import { squaredErrors } from '../../../src/models/statistics/errors.ts';
import { close } from './close.ts';

const actual = Float64Array.of(0.5, -1.25, 0.75, 2, -0.5, 1.5, -2, 0.25, 1, -0.75);
const predicted = Float64Array.of(0.1, 0.2, -0.1, 0.5, 0, 0.3, -0.4, 0.2, 0.6, 0.1);
const losses = squaredErrors(actual, predicted);
const otherLosses = squaredErrors(actual, new Float64Array(10).fill(0.08));

describe('dieboldMariano', () => {
  // One step ahead, with the small-sample correction, it is the paired t test: scipy.stats.ttest_rel.
  it('agrees with SciPy', () => {
    const { statistic, pValue } = dieboldMariano(losses, otherLosses);
    close(statistic, -1.7453386558090473);
    close(pValue, 0.11488299396492645);
  });

  it('changes sign and nothing else when the two change places', () => {
    const { statistic, pValue } = dieboldMariano(otherLosses, losses);
    close(statistic, 1.7453386558090473);
    close(pValue, 0.11488299396492645);
  });

  it('finds a clear difference', () => {
    const worse = losses.map((loss, row) => loss + 1 + (row % 3) / 10);
    const { statistic, pValue } = dieboldMariano(losses, worse);
    ok(statistic < -10 && pValue < 1e-8, `${statistic}, p = ${pValue}`);
  });

  it('has no result for forecasts whose losses never differ or always differ by the same amount', () => {
    const base = Float64Array.of(1, 2, 3);
    deepEqual(dieboldMariano(losses, losses), { statistic: 0, pValue: 1 });
    deepEqual(dieboldMariano(base, Float64Array.of(2, 3, 4)), { statistic: 0, pValue: 1 });
  });

  it('refuses a single row and series of different length', () => {
    throws(() => dieboldMariano(Float64Array.of(1), Float64Array.of(2)), /at least two rows/);
    throws(() => dieboldMariano(losses, losses.subarray(1)), /differ in length/);
  });
});
