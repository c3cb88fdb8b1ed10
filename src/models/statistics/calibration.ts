import { pairCount } from './pairs.ts';

/** Predictions whose confidence lies in `(from, to]` (the first bin takes 0 too). */
export interface CalibrationBin {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  /** Mean confidence of the bin. */
  readonly confidence: number;
  /** Share of the bin that was right. */
  readonly accuracy: number;
}

export interface Calibration {
  readonly expectedCalibrationError: number;
  /** In order of confidence; empty bins are left out, since they have neither confidence nor accuracy. */
  readonly bins: CalibrationBin[];
}

/**
 * How far to trust the probability of the predicted class: reliability bins of equal width, and the expected
 * calibration error, `Σ count/n · |accuracy − confidence|` (Guo et al., "On calibration of modern neural
 * networks", ICML 2017).
 *
 * @param confidence the predicted class's probability, row by row, in [0, 1].
 * @param right 1 where the prediction was right, else 0.
 */
export function calibration(confidence: Float64Array, right: Float64Array, binCount = 10): Calibration {
  const rows = pairCount(confidence, right);
  const sums = Array.from({ length: binCount }, () => ({ count: 0, confidence: 0, right: 0 }));
  for (let row = 0; row < rows; row++) {
    const bin = sums[Math.max(0, Math.ceil(confidence[row]! * binCount) - 1)];
    if (bin === undefined) throw new RangeError(`row ${row} has a confidence of ${confidence[row]}`);
    bin.count += 1;
    bin.confidence += confidence[row]!;
    bin.right += right[row]!;
  }
  let error = 0;
  const bins: CalibrationBin[] = [];
  sums.forEach((bin, i) => {
    if (bin.count === 0) return;
    error += Math.abs(bin.right - bin.confidence) / rows;
    bins.push({
      from: i / binCount,
      to: (i + 1) / binCount,
      count: bin.count,
      confidence: bin.confidence / bin.count,
      accuracy: bin.right / bin.count,
    });
  });
  return { expectedCalibrationError: error, bins };
}
