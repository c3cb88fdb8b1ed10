import { pairCount } from './pairs.ts';

/**
 * Share of rows, in [0, 1], whose direction was forecast (Pesaran and Timmermann, "A simple nonparametric
 * test of predictive performance", Journal of Business & Economic Statistics 10, 1992). Zero counts as a
 * third direction: a forecast of exactly zero is right only if the price did not move.
 */
export function hitRate(actual: Float64Array, predicted: Float64Array): number {
  const rows = pairCount(actual, predicted);
  let hits = 0;
  for (let row = 0; row < rows; row++) {
    if (Math.sign(actual[row]!) === Math.sign(predicted[row]!)) hits += 1;
  }
  return hits / rows;
}
