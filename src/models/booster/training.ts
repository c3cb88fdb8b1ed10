/** The task `trainBooster`: one training in a worker thread. */
import type { Matrix } from '../matrix.ts';
import { mean } from '../statistics/mean.ts';
import type { Booster } from './booster.ts';
import type { BoosterParameters } from './parameters.ts';
import { trainXgboost } from './xgboost.ts';
import { parseXgboost } from './xgboost-format.ts';

export interface BoosterTask {
  readonly x: Matrix;
  /** Next-day returns as fractions, one a row of `x`. */
  readonly y: Float64Array;
  readonly parameters: BoosterParameters;
  readonly seed: number;
}

/** Trains one booster that starts from the mean of `y`. @throws Failure TooLarge, TrainingFailed */
export async function trainBooster({ x, y, parameters, seed }: BoosterTask): Promise<Booster> {
  const scale = scaleToUnit(y);
  const labels = y.map(label => label * scale);
  const booster = parseXgboost(await trainXgboost(x, labels, { ...parameters, base: mean(labels), seed }));
  return scaledDown(booster, scale);
}

/**
 * The power of two that brings the labels' standard deviation closest to 1. XGBoost drops every split whose gain, in
 * squares of the label's unit, is at most 1e-5: for the returns of a currency, of 0.05 % a day, that is nearly all of
 * them. A power of two changes no digit of any float32 but its exponent, so that nothing else depends on it.
 */
export function scaleToUnit(y: Float64Array): number {
  const average = mean(y);
  const exponent = -Math.round(Math.log2(Math.sqrt(mean(y.map(label => (label - average) ** 2)))));
  // Labels that are all the same have no scale; beyond the limits float32 would lose digits after all.
  return Number.isFinite(exponent) ? 2 ** Math.min(64, Math.max(-64, exponent)) : 1;
}

/** The booster of labels `scale` times smaller. */
function scaledDown(booster: Booster, scale: number): Booster {
  // Thresholds are the features', whatever the labels.
  const value = booster.value.map((each, node) => (booster.left[node] === 0 ? each / scale : each));
  return { ...booster, base: booster.base / scale, value };
}
