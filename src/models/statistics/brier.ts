/**
 * The Brier score of class probabilities, in [0, 2]; 0 is perfect: `mean over rows of Σ_k (p_k − o_k)²`,
 * where o is 1 for the class that came and 0 for the others (Brier, "Verification of forecasts expressed in
 * terms of probability", Monthly Weather Review 78, 1950). Always a third each scores 2/3.
 *
 * @param probabilities row-major, `classes` a row.
 */
export function brierScore(actual: Uint8Array, probabilities: Float64Array, classes = 3): number {
  if (actual.length === 0 || probabilities.length !== actual.length * classes) {
    throw new RangeError(
      `${probabilities.length} probabilities do not fit ${actual.length} rows of ${classes}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < probabilities.length; i++) {
    const came = actual[Math.floor(i / classes)] === i % classes ? 1 : 0;
    sum += (probabilities[i]! - came) ** 2;
  }
  return sum / actual.length;
}
