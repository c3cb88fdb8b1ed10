/** The training library's own predictions, and random matrices to ask it about. */

import libraryReady from 'ml-xgboost';
import type { Booster } from '../src/models/booster/booster.ts';
import { withoutMarker } from '../src/models/booster/xgboost.ts';
import type { Matrix } from '../src/models/matrix.ts';
import type { Random } from '../src/models/random.ts';

/** What ml-xgboost answers for each row of `x`, given a model in XGBoost's binary format. */
export async function libraryPredictions(model: Uint8Array, x: Matrix): Promise<number[]> {
  const library = await libraryReady;
  const loaded = library.load({ name: 'ml-xgboost', model, options: {} });
  const values = withoutMarker(x.values);
  try {
    return loaded.predict(
      Array.from({ length: x.rows }, (_, row) =>
        Array.from(values.subarray(row * x.columns, (row + 1) * x.columns)),
      ),
    );
  } finally {
    loaded.free();
  }
}

/** A normal deviate by the sum of twelve uniform ones. */
export function deviate(random: Random): number {
  let sum = -6;
  for (let i = 0; i < 12; i++) sum += random.uniform();
  return sum;
}

/** Values on a coarse grid, so that many are equal and some are exactly -1. */
export function coarseMatrix(random: Random, rows: number, columns: number): Matrix {
  const values = Float64Array.from({ length: rows * columns }, () => Math.round(4 * deviate(random)) / 4);
  return { rows, columns, values };
}

/** The thresholds of each column, with repetitions. */
export function thresholdsOf(booster: Booster): number[][] {
  const { columns, left, feature, value } = booster;
  const splits = Array.from(value.keys()).filter(node => left[node] !== 0);
  return Array.from({ length: columns }, (_, column) =>
    splits.filter(node => feature[node] === column).map(node => value[node]!),
  );
}

/** Rows of which most values stand exactly on a threshold of their column, or are the library's "missing" -1. */
export function rowsOnThresholds(random: Random, thresholds: readonly number[][], rows: number): Matrix {
  const values = Float64Array.from({ length: rows * thresholds.length }, (_, i) => {
    const choices = thresholds[i % thresholds.length]!;
    const draw = random.uniform();
    if (draw < 0.1) return -1;
    if (draw < 0.3 || choices.length === 0) return deviate(random);
    return choices[random.below(choices.length)]!;
  });
  return { rows, columns: thresholds.length, values };
}
