import { equal, throws } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { brierScore } from '../../../src/models/statistics/brier.ts';
import { close } from './close.ts';

describe('brierScore', () => {
  it('agrees with scikit-learn', () => {
    const probabilities = [
      0.7,
      0.2,
      0.1,
      0.1,
      0.8,
      0.1,
      0.2,
      0.3,
      0.5,
      0.6,
      0.3,
      0.1,
      0,
      0,
      1,
      1 / 3,
      1 / 3,
      1 / 3,
    ];
    close(brierScore(Uint8Array.of(0, 1, 2, 2, 1, 0), Float64Array.from(probabilities)), 0.7511111111111112);
  });

  it('is 0 when sure and right, 2 when sure and wrong, 2/3 when undecided', () => {
    equal(brierScore(Uint8Array.of(1), Float64Array.of(0, 1, 0)), 0);
    equal(brierScore(Uint8Array.of(0), Float64Array.of(0, 1, 0)), 2);
    close(brierScore(Uint8Array.of(0), new Float64Array(3).fill(1 / 3)), 2 / 3);
  });

  it('refuses probabilities that do not fit the rows', () => {
    throws(() => brierScore(Uint8Array.of(0, 1), new Float64Array(3)), /3 probabilities do not fit 2 rows/);
  });
});
