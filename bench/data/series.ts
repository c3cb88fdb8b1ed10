/** Synthetic series of closes with known predictability, seeded. */
import type { Random } from '../../src/models/random.ts';

export interface SeriesKind {
  readonly name: string;
  /** The predictable part, for display. */
  readonly predictable: string;
  /** `count` daily returns, fractions. */
  readonly returns: (count: number, random: Random) => Float64Array;
}

const dailyDeviation = 0.015;

/** Computes each return from the previous one and independent noise of standard deviation 1. */
function recursive(
  count: number,
  random: Random,
  next: (shock: number, previous: number, day: number) => number,
): Float64Array {
  const returns = new Float64Array(count);
  for (let day = 0; day < count; day++) returns[day] = next(fatTailed(random), returns[day - 1] ?? 0, day);
  return returns;
}

/** A standard normal number by the Box-Muller transform. */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());
}

/** Student's t with 4 degrees of freedom, scaled to standard deviation 1. Its tails are about as heavy as those of daily returns. */
function fatTailed(random: Random): number {
  let squares = 0;
  for (let i = 0; i < 4; i++) squares += normal(random) ** 2;
  return (normal(random) / Math.sqrt(squares / 4)) * Math.SQRT1_2;
}

function autoregressive(phi: number): SeriesKind['returns'] {
  return (count, random) =>
    recursive(
      count,
      random,
      (shock, previous) => phi * previous + dailyDeviation * Math.sqrt(1 - phi ** 2) * shock,
    );
}

/** GARCH(1,1) with a persistence typical of stock returns (Bollerslev 1986). */
function garch(count: number, random: Random): Float64Array {
  const [alpha, beta] = [0.08, 0.9];
  let variance = dailyDeviation ** 2;
  return recursive(count, random, (shock, previous) => {
    variance = dailyDeviation ** 2 * (1 - alpha - beta) + alpha * previous ** 2 + beta * variance;
    return Math.sqrt(variance) * shock;
  });
}

/** A drift that changes sign and a deviation that doubles at random, every 150 days on average. */
function regimes(count: number, random: Random): Float64Array {
  let rising = true;
  return recursive(count, random, shock => {
    if (random.uniform() < 1 / 150) rising = !rising;
    return rising ? 0.001 + 0.01 * shock : -0.001 + 0.02 * shock;
  });
}

/** A strong upward drift that ends after four fifths, where a holdout begins. */
function trending(count: number, random: Random): Float64Array {
  return recursive(
    count,
    random,
    (shock, _, day) => (day < 0.8 * count ? 0.002 : -0.002) + dailyDeviation * shock,
  );
}

/** The day after a loss of more than one deviation gains 0.6 deviations. */
function rebound(count: number, random: Random): Float64Array {
  return recursive(
    count,
    random,
    (shock, previous) => dailyDeviation * (shock + (previous < -dailyDeviation ? 0.6 : -0.08)),
  );
}

export const seriesKinds: readonly SeriesKind[] = [
  { name: 'random walk', predictable: 'nothing', returns: autoregressive(0) },
  { name: 'GARCH', predictable: 'nothing but volatility', returns: garch },
  { name: 'regimes', predictable: 'little', returns: regimes },
  { name: 'trend that breaks', predictable: 'nothing', returns: trending },
  { name: 'AR(1), phi 0.15', predictable: '1.1 % of the RMSE', returns: autoregressive(0.15) },
  { name: 'AR(1), phi -0.3', predictable: '4.6 % of the RMSE', returns: autoregressive(-0.3) },
  { name: 'rebound', predictable: 'about 2 %', returns: rebound },
];

/** Closes that start at 100 and follow `returns`. */
export function closesOf(returns: Float64Array): Float64Array {
  const closes = new Float64Array(returns.length + 1);
  closes[0] = 100;
  returns.forEach((change, day) => {
    closes[day + 1] = closes[day]! * Math.max(0.5, 1 + change);
  });
  return closes;
}
