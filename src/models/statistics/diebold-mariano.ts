import { mean } from './mean.ts';
import { pairCount } from './pairs.ts';
import { studentTwoSided } from './student-t.ts';

export interface TestResult {
  /** Below zero when the first forecast has the smaller loss. */
  readonly statistic: number;
  /** Two-sided. */
  readonly pValue: number;
}

/**
 * Are two forecasts one step ahead equally accurate? The test of Diebold and Mariano ("Comparing predictive
 * accuracy", Journal of Business & Economic Statistics 13, 1995) on the difference in loss d, with the
 * small-sample correction of Harvey, Leybourne and Newbold (International Journal of Forecasting 13, 1997):
 *
 *     DM = mean(d) / √(γ₀ / n),  γ₀ = Σ (d − mean(d))² / n,  DM* = DM · √((n + 1 − 2h + h(h − 1)/n) / n)
 *
 * against Student's t with n − 1 degrees of freedom. One step ahead (h = 1) no autocovariance enters, and the
 * factor is √((n − 1)/n). When every difference is the same there is no variance to measure against and
 * nothing can be said: the statistic is 0 and p is 1 (identical forecasts are the common case).
 *
 * @param losses the loss of the first forecast in each row, such as its squared error; at least two rows.
 */
export function dieboldMariano(losses: Float64Array, otherLosses: Float64Array): TestResult {
  const rows = pairCount(losses, otherLosses);
  if (rows < 2) throw new RangeError('the Diebold-Mariano test needs at least two rows');
  const differences = losses.map((loss, row) => loss - otherLosses[row]!);
  if (differences.every(difference => difference === differences[0])) return { statistic: 0, pValue: 1 };
  const average = mean(differences);
  const variance = mean(differences.map(difference => (difference - average) ** 2));
  const statistic = (average / Math.sqrt(variance / rows)) * Math.sqrt((rows - 1) / rows);
  return { statistic, pValue: studentTwoSided(statistic, rows - 1) };
}
