/** Features and risk classes of the embedded sample, as Train would see them, for tests and benches. */
import { computeFeatures } from '../src/features/compute.ts';
import { riskLevel, riskThresholds } from '../src/features/risk.ts';
import { computeTargets } from '../src/features/targets.ts';
import { type Matrix, sliceRows } from '../src/models/matrix.ts';
import { holdout } from '../src/models/walk-forward.ts';
import { sampleBars } from './bars.ts';

export interface RiskRows {
  readonly x: Matrix;
  readonly labels: Uint8Array;
}

const windows = { shortWindow: 10, longWindow: 50, rsiPeriod: 14, volatilityWindow: 10, horizonDays: 1 };

/** Four fifths to train on, an embargo of 21 days, the rest to judge by; thresholds from the first part. */
export function riskSample(): { train: RiskRows; test: RiskRows } {
  const bars = sampleBars();
  const { firstBar, x } = computeFeatures(bars, windows);
  const closes = Float64Array.from(bars, bar => bar.close);
  const labelled = x.rows - 1;
  const volatilities = computeTargets(closes, windows).volatilityAhead.subarray(
    firstBar,
    firstBar + labelled,
  );
  const { trainEnd, testStart, testEnd } = holdout(labelled, 0.2, 21);
  const thresholds = riskThresholds(volatilities.subarray(0, trainEnd), 1 / 3, 2 / 3);
  const labels = Uint8Array.from(volatilities, volatility => riskLevel(volatility, thresholds));
  const part = (from: number, to: number): RiskRows => {
    const { rows, columns, values } = sliceRows(x, from, to);
    return { x: { rows, columns, values: values.slice() }, labels: labels.slice(from, to) };
  };
  return { train: part(0, trainEnd), test: part(testStart, testEnd) };
}
