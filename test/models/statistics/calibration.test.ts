import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { calibration } from '../../../src/models/statistics/calibration.ts';
import { close } from './close.ts';

describe('calibration', () => {
  it('bins by confidence and weighs each bin by its rows', () => {
    const { bins, expectedCalibrationError } = calibration(
      Float64Array.of(0.95, 0.85, 0.95, 0.45, 1),
      Float64Array.of(1, 1, 0, 0, 1),
    );
    deepEqual(
      bins.map(({ from, to, count, accuracy }) => [from, to, count, accuracy]),
      [
        [0.4, 0.5, 1, 0],
        [0.8, 0.9, 1, 1],
        [0.9, 1, 3, 2 / 3],
      ],
    );
    close(bins[2]!.confidence, 2.9 / 3);
    close(expectedCalibrationError, (0.45 + 0.15 + 0.9) / 5);
  });

  it('puts a value on a border into the bin below it, and 0 into the first', () => {
    const { bins } = calibration(Float64Array.of(0, 0.5, 1), Float64Array.of(0, 0, 0), 2);
    deepEqual(
      bins.map(({ from, count }) => [from, count]),
      [
        [0, 2],
        [0.5, 1],
      ],
    );
  });

  it('is zero when every bin is right as often as its confidence', () => {
    const { expectedCalibrationError } = calibration(
      Float64Array.of(0.75, 0.75, 0.75, 0.75),
      Float64Array.of(1, 1, 1, 0),
    );
    equal(expectedCalibrationError, 0);
  });

  it('refuses a confidence above one', () => {
    throws(() => calibration(Float64Array.of(1.2), Float64Array.of(1)), /row 0 has a confidence of 1.2/);
  });
});
