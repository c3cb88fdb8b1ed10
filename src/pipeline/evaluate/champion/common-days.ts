/** The days on which a run and the champion can both be evaluated: neither was trained on them. */
import type { Bar } from '../../../market/bar.ts';

/** Fewer days cannot distinguish two models: the standard error of an accuracy of 0.9 is then 4 points. */
export const fewestCommonDays = 60;

export interface CommonDaysInput {
  readonly bars: readonly Pick<Bar, 'date'>[];
  /** The run's holdout, as positions in `bars`: `[from, to)`. */
  readonly holdout: { readonly from: number; readonly to: number };
  /** The last day that the champion was trained on, YYYY-MM-DD. */
  readonly trainedTo: string;
  /** Bars left out after it. */
  readonly embargo: number;
  /** The first bar that has all of the champion's features. */
  readonly firstFeatureBar: number;
  /** Bars that the champion's risk label looks ahead. */
  readonly horizon: number;
}

/** Positions `[from, to)` in `bars`; empty (`from === to`) when there are none. */
export function commonDays(input: CommonDaysInput): { readonly from: number; readonly to: number } {
  const { bars, holdout, trainedTo, embargo, firstFeatureBar, horizon } = input;
  const after = bars.findIndex(bar => bar.date > trainedTo);
  const firstUnseen = (after < 0 ? bars.length : after) + embargo;
  const from = Math.max(holdout.from, firstUnseen, firstFeatureBar);
  const to = Math.min(holdout.to, bars.length - horizon);
  return { from, to: Math.max(from, to) };
}
