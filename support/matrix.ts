import type { Matrix } from '../src/models/matrix.ts';

/** A matrix of the given rows, copied. @throws RangeError when rows differ in length. */
export function fromRows(rows: readonly ArrayLike<number>[], columns = rows[0]?.length ?? 0): Matrix {
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, i) => {
    if (row.length !== columns)
      throw new RangeError(`row ${i} has ${row.length} values, expected ${columns}`);
    values.set(row, i * columns);
  });
  return { rows: rows.length, columns, values };
}
