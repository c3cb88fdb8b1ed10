import assert from 'node:assert/strict';
import { Failure, type FailureReason } from '../../../src/failure.ts';
import { checkTrainingSet, maximumValues } from '../../../src/models/booster/training-set.ts';
import type { Matrix } from '../../../src/models/matrix.ts';
import { fromRows } from '../../../support/matrix.ts';

const good = fromRows([
  [1, 2],
  [3, 4],
]);
const labels = Float64Array.of(0.1, -0.1);

describe('a training set', () => {
  it('is taken when every value is a finite float32, -1 among them', () => {
    checkTrainingSet(fromRows([[-1], [0]]), Float64Array.of(-1, 0));
  });

  const cases: [string, Matrix, Float64Array, FailureReason, RegExp][] = [
    ['without rows', fromRows([]), new Float64Array(0), 'TrainingFailed', /a matrix of 0 rows and 0 columns/],
    [
      'with fewer values than rows times columns',
      { ...good, rows: 3 },
      Float64Array.of(1, 2, 3),
      'TrainingFailed',
      /a matrix of 3 rows and 2 columns holds 4 values/,
    ],
    ['with too few labels', good, Float64Array.of(1), 'TrainingFailed', /2 rows have 1 labels/],
    [
      'with NaN',
      fromRows([
        [1, 2],
        [3, Number.NaN],
      ]),
      labels,
      'TrainingFailed',
      /row 1, column 1 is NaN/,
    ],
    [
      'with an infinite value',
      fromRows([[-Infinity], [1]]),
      labels,
      'TrainingFailed',
      /row 0, column 0 is -Inf/,
    ],
    [
      'with a value beyond float32',
      fromRows([[0], [1e39]]),
      labels,
      'TrainingFailed',
      /row 1, column 0 is 1e\+39/,
    ],
    ['with a NaN label', good, Float64Array.of(0, Number.NaN), 'TrainingFailed', /the label of row 1 is NaN/],
    [
      'that is too large',
      { rows: maximumValues, columns: 2, values: new Float64Array(0) },
      labels,
      'TooLarge',
      /10000000 rows of 2 features are more than 10000000 values/,
    ],
  ];
  for (const [what, x, y, reason, message] of cases) {
    it(`is refused ${what}`, () => {
      assert.throws(
        () => checkTrainingSet(x, y),
        (error: unknown) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.reason, reason);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }
});
