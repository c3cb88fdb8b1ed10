import { incompleteBeta } from './incomplete-beta.ts';

/**
 * The two-sided p of Student's t: the probability of a statistic at least as far from zero, with `degrees` of
 * freedom (Abramowitz and Stegun, 26.7.1). An infinite statistic has p = 0.
 */
export function studentTwoSided(statistic: number, degrees: number): number {
  const square = statistic * statistic;
  if (square === Number.POSITIVE_INFINITY) return 0;
  return incompleteBeta(degrees / (degrees + square), degrees / 2, 0.5);
}
