import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { Matrix } from '../../../src/models/matrix.ts';
import { Random } from '../../../src/models/random.ts';
import { permutationImportance } from '../../../src/models/statistics/permutation-importance.ts';

const random = new Random(1);
const x: Matrix = {
  rows: 200,
  columns: 3,
  values: Float64Array.from({ length: 600 }, () => random.uniform()),
};
const target = Float64Array.from(
  { length: 200 },
  (_, row) => 3 * x.values[row * 3]! + x.values[row * 3 + 1]!,
);

/** Mean squared error of the exact rule, which reads the first two columns and never the third. */
const loss = (matrix: Matrix) => {
  let sum = 0;
  for (let row = 0; row < matrix.rows; row++) {
    sum += (3 * matrix.values[row * 3]! + matrix.values[row * 3 + 1]! - target[row]!) ** 2;
  }
  return sum / matrix.rows;
};

describe('permutationImportance', () => {
  it('ranks features by what the model loses without them', () => {
    const [first, second, third] = permutationImportance(x, loss, { repeats: 5, seed: 1 });
    // Permuting a column of weight w and variance 1/12 costs 2·w²/12.
    ok(Math.abs(first!.increase - 1.5) < 0.3, String(first!.increase));
    ok(Math.abs(second!.increase - 1 / 6) < 0.05, String(second!.increase));
    ok(first!.deviation > 0 && first!.deviation < 0.3);
    deepEqual(third, { increase: 0, deviation: 0 });
  });

  it('leaves the matrix as it was', () => {
    const before = x.values.slice();
    permutationImportance(x, loss, { repeats: 2, seed: 1 });
    deepEqual(x.values, before);
  });

  it('permutes one column at a time', () => {
    const changed = new Set<string>();
    permutationImportance(
      x,
      matrix => {
        const columns = [0, 1, 2].filter(column =>
          matrix.values.some((value, i) => i % 3 === column && value !== x.values[i]),
        );
        changed.add(columns.join(','));
        return 0;
      },
      { repeats: 1, seed: 1 },
    );
    deepEqual([...changed].toSorted(), ['', '0', '1', '2']);
  });

  it('gives the same figures for the same seed', () => {
    const options = { repeats: 3, seed: 9 };
    deepEqual(permutationImportance(x, loss, options), permutationImportance(x, loss, options));
    const other = permutationImportance(x, loss, { repeats: 3, seed: 10 });
    ok(other[0]!.increase !== permutationImportance(x, loss, options)[0]!.increase);
    equal(other.length, 3);
  });
});
