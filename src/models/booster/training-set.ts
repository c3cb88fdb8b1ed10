/** Checks the input of the training library, which checks nothing itself and trains a wrong model on bad input. */
import { Failure } from '../../failure.ts';
import type { Matrix } from '../matrix.ts';

/** Most values (rows times columns) that one training takes; 40 MB of float32 and several times that in the library. */
export const maximumValues = 10_000_000;

/** @throws Failure TooLarge, or TrainingFailed with the row and column of the first invalid value. */
export function checkTrainingSet(x: Matrix, y: Float64Array): void {
  const { rows, columns, values } = x;
  if (rows * columns > maximumValues) {
    throw new Failure(
      'TooLarge',
      `${rows} rows of ${columns} features are more than ${maximumValues} values`,
    );
  }
  if (rows === 0 || columns === 0) throw invalid(`a matrix of ${rows} rows and ${columns} columns`);
  if (values.length !== rows * columns) {
    throw invalid(`a matrix of ${rows} rows and ${columns} columns holds ${values.length} values`);
  }
  if (y.length !== rows) throw invalid(`${rows} rows have ${y.length} labels`);
  const value = values.findIndex(notFloat32);
  if (value >= 0) {
    throw invalid(`row ${Math.floor(value / columns)}, column ${value % columns} is ${values[value]}`);
  }
  const label = y.findIndex(notFloat32);
  if (label >= 0) throw invalid(`the label of row ${label} is ${y[label]}`);
}

function notFloat32(value: number): boolean {
  return !Number.isFinite(Math.fround(value));
}

function invalid(what: string): Failure {
  return new Failure('TrainingFailed', `cannot train on this: ${what}`);
}
