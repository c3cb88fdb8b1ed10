import assert from 'node:assert/strict';
import { linkTrees } from '../../../src/models/booster/booster.ts';
import { addErrors, foldErrors } from '../../../src/models/booster/validation.ts';
import { fromRows } from '../../../support/matrix.ts';

describe('validation of a booster', () => {
  // From base 1, one stump adds -1 below 0 and 1 above, and a lone leaf then 2.
  const booster = linkTrees(1, 1, Uint16Array.of(0, 0xffff, 0xffff, 0xffff), Float32Array.of(0, -1, 1, 2));
  const x = fromRows([[9], [-1], [1]]);
  const y = Float64Array.of(7, 0, 5);

  it('sums, for every number of rounds, squared errors less the mean predictor’s, over the test rows', () => {
    assert.deepEqual(foldErrors(booster, x, y, { trainEnd: 0, testStart: 1, testEnd: 3 }), {
      rows: 2,
      meanSquares: 1 + 16,
      // Round 1 predicts 0 and 2, round 2 predicts 2 and 4.
      differences: Float64Array.of(0, -1 + (9 - 16), 4 - 1 + (1 - 16)),
      differenceSquares: Float64Array.of(0, 1 + 49, 9 + 225),
    });
  });

  it('adds folds up', () => {
    const whole = foldErrors(booster, x, y, { trainEnd: 0, testStart: 0, testEnd: 3 });
    const first = foldErrors(booster, x, y, { trainEnd: 0, testStart: 0, testEnd: 1 });
    const rest = foldErrors(booster, x, y, { trainEnd: 0, testStart: 1, testEnd: 3 });
    assert.deepEqual(addErrors([first, rest]), whole);
  });
});
