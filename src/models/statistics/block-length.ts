import { mean } from './mean.ts';

/** Sample autocovariances at lags 0 to `longest`, each divided by n. */
function autocovariances(values: Float64Array, longest: number): Float64Array {
  const average = mean(values);
  const deviations = values.map(value => value - average);
  return Float64Array.from({ length: longest + 1 }, (_, lag) => {
    let sum = 0;
    for (let i = lag; i < deviations.length; i++) sum += deviations[i]! * deviations[i - lag]!;
    return sum / values.length;
  });
}

/**
 * The first of `run` lags in a row whose autocorrelations are negligible, as the packages `np` and `arch`
 * read the paper; null when there is none.
 */
function firstQuietLag(covariances: Float64Array, run: number, negligible: number): number | null {
  let quiet = 0;
  for (let lag = 1; lag < covariances.length; lag++) {
    quiet = Math.abs(covariances[lag]!) < negligible * covariances[0]! ? quiet + 1 : 0;
    if (quiet === run) return lag - run + 1;
  }
  return null;
}

/** The flat-top window of Politis and Romano (1995). */
const flatTop = (position: number) => (position <= 0.5 ? 1 : 2 * (1 - position));

/**
 * The block length that the circular block bootstrap of a mean wants for this very series, in rows: the
 * automatic rule of Politis and White ("Automatic block-length selection for the dependent bootstrap",
 * Econometric Reviews 23, 2004) as corrected by Patton, Politis and White (Econometric Reviews 28, 2009):
 *
 *     b = (2 G² / D)^⅓ · n^⅓,  G = Σ λ(k/M) |k| γ(k),  D = 4/3 · (Σ λ(k/M) γ(k))²
 *
 * summed over −M ≤ k ≤ M, at most min(3√n, n/3), rounded. Rows without memory give 1, the ordinary bootstrap.
 */
export function blockLength(values: Float64Array): number {
  const rows = values.length;
  const longest = Math.ceil(Math.min(3 * Math.sqrt(rows), rows / 3));
  const run = Math.max(5, Math.floor(Math.log10(rows)));
  const maximumLag = Math.min(rows - 1, Math.ceil(Math.sqrt(rows)) + run);
  const covariances = autocovariances(values, maximumLag);
  if (!(covariances[0]! > 0)) return 1;
  const quiet = firstQuietLag(covariances, run, 2 * Math.sqrt(Math.log10(rows) / rows));
  const window = quiet === null ? maximumLag : Math.min(2 * quiet, maximumLag);
  let weighted = 0;
  let longRun = covariances[0]!;
  for (let lag = 1; lag <= window; lag++) {
    const term = 2 * flatTop(lag / window) * covariances[lag]!;
    weighted += lag * term;
    longRun += term;
  }
  const length = Math.cbrt(((2 * weighted ** 2) / ((4 / 3) * longRun ** 2)) * rows);
  return Math.max(1, Math.round(Math.min(length, longest)));
}
