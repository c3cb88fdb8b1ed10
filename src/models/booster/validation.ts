/** Walk-forward errors of every number of rounds, from one training a fold. */
import { type Matrix, sliceRows } from '../matrix.ts';
import type { Split } from '../walk-forward.ts';
import type { Booster } from './booster.ts';
import { predictEveryRound } from './predict.ts';

/** Sums over the validated rows of one fold, or of several. */
export interface ErrorSums {
  readonly rows: number;
  /** Of the mean predictor's squared errors. */
  readonly meanSquares: number;
  /** By number of rounds, from 0: sums of the model's squared error less the mean predictor's on the same row. */
  readonly differences: Float64Array;
  /** Sums of the squares of those differences. */
  readonly differenceSquares: Float64Array;
}

/** The errors of a booster, trained on the split's training rows, on its test rows. */
export function foldErrors(booster: Booster, x: Matrix, y: Float64Array, split: Split): ErrorSums {
  const counts = booster.roots.length + 1;
  const differences = new Float64Array(counts);
  const differenceSquares = new Float64Array(counts);
  let meanSquares = 0;
  const predictions = predictEveryRound(booster, sliceRows(x, split.testStart, split.testEnd));
  for (let row = split.testStart, at = 0; row < split.testEnd; row++, at += counts) {
    const meanSquare = (y[row]! - predictions[at]!) ** 2;
    meanSquares += meanSquare;
    for (let rounds = 1; rounds < counts; rounds++) {
      const difference = (y[row]! - predictions[at + rounds]!) ** 2 - meanSquare;
      differences[rounds]! += difference;
      differenceSquares[rounds]! += difference * difference;
    }
  }
  return { rows: split.testEnd - split.testStart, meanSquares, differences, differenceSquares };
}

/** The sums over all folds. */
export function addErrors(folds: readonly ErrorSums[]): ErrorSums {
  const add = (arrays: Float64Array[]) => arrays[0]!.map((_, i) => arrays.reduce((sum, a) => sum + a[i]!, 0));
  return {
    rows: folds.reduce((sum, fold) => sum + fold.rows, 0),
    meanSquares: folds.reduce((sum, fold) => sum + fold.meanSquares, 0),
    differences: add(folds.map(fold => fold.differences)),
    differenceSquares: add(folds.map(fold => fold.differenceSquares)),
  };
}
