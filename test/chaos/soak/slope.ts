/** A straight line through samples, by least squares. */

export interface Sample {
  /** Hours since the start. */
  readonly hours: number;
  /** Megabytes. */
  readonly megabytes: number;
}

export interface Slope {
  /** MB per hour. */
  readonly perHour: number;
  /** Standard error of `perHour`, corrected for the autocorrelation of the residuals at lag 1. */
  readonly standardError: number;
  /** MB on the line at its first and its last sample. */
  readonly first: number;
  readonly last: number;
  readonly samples: number;
}

/**
 * Neighbouring samples of a process's memory resemble each other, so the usual standard error would be too small. It is
 * computed for the effective number of samples, n (1 - r) / (1 + r), where r is the residuals' autocorrelation.
 * @throws RangeError for fewer than three samples
 */
export function slopeOf(samples: readonly Sample[]): Slope {
  const n = samples.length;
  if (n < 3) throw new RangeError(`a slope needs three samples, not ${n}`);
  const meanX = sum(samples.map(({ hours }) => hours)) / n;
  const meanY = sum(samples.map(({ megabytes }) => megabytes)) / n;
  const spread = sum(samples.map(({ hours }) => (hours - meanX) ** 2));
  const perHour = sum(samples.map(({ hours, megabytes }) => (hours - meanX) * (megabytes - meanY))) / spread;
  const at = (hours: number) => meanY + perHour * (hours - meanX);
  const residuals = samples.map(({ hours, megabytes }) => megabytes - at(hours));
  const squares = sum(residuals.map(residual => residual ** 2));
  const products = sum(residuals.slice(1).map((residual, index) => residual * (residuals[index] ?? 0)));
  const correlation = squares === 0 ? 0 : Math.max(0, products / squares);
  const effective = Math.max(3, (n * (1 - correlation)) / (1 + correlation));
  return {
    perHour,
    standardError: Math.sqrt(squares / (effective - 2) / spread),
    first: at(samples[0]?.hours ?? 0),
    last: at(samples.at(-1)?.hours ?? 0),
    samples: n,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
