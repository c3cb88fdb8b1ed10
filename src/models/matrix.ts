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

/** Row `index` as a view that shares memory with `matrix`. */
export function rowOf(matrix: Matrix, index: number): Float64Array {
  return matrix.values.subarray(index * matrix.columns, (index + 1) * matrix.columns);
}
