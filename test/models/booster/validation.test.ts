import assert from 'node:assert/strict';
import { linkTrees } from '../../../src/models/booster/booster.ts';
import { addErrors, foldErrors, tuningSplits } from '../../../src/models/booster/validation.ts';
import { fromRows } from '../../../src/models/matrix.ts';

describe('validation of a booster', () => {
  it('tests on the later half, after the embargo, and never trains on a test row', () => {
    assert.deepEqual(tuningSplits(200, 2, 21), [
      { trainEnd: 79, testStart: 100, testEnd: 150 },
      { trainEnd: 129, testStart: 150, testEnd: 200 },
    ]);
  });

  it('has no folds when the rows are too few', () => {
    assert.deepEqual(tuningSplits(81, 5, 21), []);
    assert.equal(tuningSplits(82, 5, 21).length, 5);
    assert.deepEqual(tuningSplits(1000, 5, 490), []);
    assert.deepEqual(tuningSplits(42, 25, 1), []);
  });

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
