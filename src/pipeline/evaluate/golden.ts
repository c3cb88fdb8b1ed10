/** Rows with the predictions that a loaded model must reproduce bit for bit before it may serve. */
import type { Golden } from '../../api/artifacts.ts';
import type { Booster } from '../../models/booster/booster.ts';
import { predictReturn } from '../../models/booster/predict.ts';
import type { Forest } from '../../models/forest/forest.ts';
import { voteRisk } from '../../models/forest/vote.ts';
import { type Matrix, rowOf } from '../../models/matrix.ts';
import type { Dataset } from '../dataset.ts';

/** Number of evenly spaced rows; those with the extremes of each feature are added. */
const spread = 32;

/**
 * Rows of `[from, to)`: evenly spaced ones, and the first with each feature's minimum and maximum.
 */
export function goldenRows(x: Matrix, from: number, to: number): number[] {
  const rows = new Set<number>();
  const count = Math.min(spread, to - from);
  for (let i = 0; i < count; i++) rows.add(from + Math.floor((i * (to - from)) / count));
  for (let column = 0; column < x.columns; column++) {
    const at = (row: number) => x.values[row * x.columns + column]!;
    let [least, greatest] = [from, from];
    for (let row = from; row < to; row++) {
      if (at(row) < at(least)) least = row;
      if (at(row) > at(greatest)) greatest = row;
    }
    rows.add(least).add(greatest);
  }
  return [...rows].toSorted((a, b) => a - b);
}

/** Predictions of the server's own functions, with models that were read back from their files. */
export function goldenAnswers(
  { dates, x, description }: Pick<Dataset, 'dates' | 'x' | 'description'>,
  rows: readonly number[],
  { booster, forest }: { readonly booster: Booster; readonly forest: Forest },
): Golden {
  const probabilities = new Float64Array(3);
  return {
    features: description.features.map(feature => feature.name),
    rows: rows.map(row => {
      const offset = row * x.columns;
      const riskLevel = voteRisk(forest, x.values, offset, probabilities);
      return {
        date: dates[row]!,
        values: Array.from(rowOf(x, row)),
        predictedReturn: predictReturn(booster, x.values, offset),
        riskLevel,
        probabilities: [probabilities[0]!, probabilities[1]!, probabilities[2]!],
      };
    }),
  };
}
