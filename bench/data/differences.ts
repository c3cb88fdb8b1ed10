/**
 * Synthetic daily differences between a model and a trivial predictor with known true mean, seeded, for the benchmarks
 * of live truth.
 */
import type { Random } from '../../src/models/random.ts';
import { seriesKinds } from './series.ts';

const volatile = seriesKinds.find(({ name }) => name === 'GARCH')!;

/**
 * Squared errors less the mean's, whose true mean is zero. With a forecast s away from the mean and a shock e that it does
 * not foresee they differ by −2se, if the return's true mean lies halfway. Forecasts move slowly, as features do.
 */
export function squaredErrors(days: number, random: Random): Float64Array {
  const shocks = volatile.returns(days, random);
  let forecast = 0;
  return shocks.map(shock => {
    forecast = 0.9 * forecast + 0.1 * (random.uniform() - 0.5);
    return -2 * forecast * shock;
  });
}

/**
 * 1 where the model alone is right, −1 where persistence alone is, else 0.
 * @param disagreement share of days on which not both are right or both wrong
 * @param lead true mean: the model's accuracy less persistence's
 */
export function hits(days: number, disagreement: number, lead: number, random: Random): Float64Array {
  const ahead = (disagreement + lead) / 2 / disagreement;
  return Float64Array.from({ length: days }, () => {
    if (random.uniform() >= disagreement) return 0;
    return random.uniform() < ahead ? 1 : -1;
  });
}
