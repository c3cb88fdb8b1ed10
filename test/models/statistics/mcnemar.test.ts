import { deepEqual, equal, throws } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mcnemar, signTest } from '../../../src/models/statistics/mcnemar.ts';
import { close } from './close.ts';

describe('signTest', () => {
  // statsmodels 0.15, mcnemar(exact=True).
  const table: [heads: number, tails: number, p: number][] = [
    [0, 0, 1],
    [1, 0, 1],
    [5, 5, 1],
    [6, 5, 1],
    [10, 2, 0.03857421875],
    [2, 10, 0.03857421875],
    [59, 18, 3.0550570254445797e-6],
    [121, 79, 0.0036349479525299385],
    [0, 30, 1.862645149230957e-9],
    [700, 500, 8.535366081034316e-9],
    [2000, 1500, 2.942363832253349e-17],
  ];
  for (const [heads, tails, p] of table) {
    it(`of ${heads} to ${tails}`, () => close(signTest(heads, tails), p, 1e-10));
  }
});

describe('mcnemar', () => {
  it('counts the rows on which exactly one of the two is right', () => {
    const result = mcnemar(
      Uint8Array.of(0, 1, 2, 0, 1, 2, 0),
      Uint8Array.of(0, 1, 2, 0, 0, 0, 1),
      Uint8Array.of(0, 0, 0, 2, 1, 1, 2),
    );
    equal(result.onlyModelRight, 3);
    equal(result.onlyOtherRight, 1);
    close(result.pValue, 0.625);
  });

  it('finds no difference between a classifier and itself', () => {
    const truth = Uint8Array.of(0, 1, 2);
    deepEqual(mcnemar(truth, truth, truth), { onlyModelRight: 0, onlyOtherRight: 0, pValue: 1 });
  });

  it('refuses predictions of another length', () => {
    throws(() => mcnemar(Uint8Array.of(0, 1), Uint8Array.of(0, 1), Uint8Array.of(0)), /differ in length/);
  });
});
