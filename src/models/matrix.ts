/** A dense row-major matrix of doubles: `values[row * columns + column]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** A view of rows `[from, to)`; shares memory with `matrix`. */
export function sliceRows(matrix: Matrix, from: number, to: number): Matrix {
  const { columns, values } = matrix;
  return { rows: to - from, columns, values: values.subarray(from * columns, to * columns) };
}

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

/** Row `index` as a view that shares memory with `matrix`. */
export function rowOf(matrix: Matrix, index: number): Float64Array {
  return matrix.values.subarray(index * matrix.columns, (index + 1) * matrix.columns);
}
