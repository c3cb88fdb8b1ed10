/** Features of a whole history. */
import type { Bar } from '../market/bar.ts';
import type { Matrix } from '../models/matrix.ts';
import { FeatureStream } from './stream.ts';
import type { FeatureWindows } from './windows.ts';

/** Row r of `x` belongs to bar `firstBar + r`. */
export interface FeatureRows {
  readonly firstBar: number;
  readonly x: Matrix;
}

/** Pushes every bar through a new `FeatureStream`. A history shorter than the lookback has no rows. */
export function computeFeatures(bars: readonly Bar[], windows: FeatureWindows): FeatureRows {
  const stream = new FeatureStream(windows);
  const firstBar = stream.lookback - 1;
  const rows = Math.max(0, bars.length - firstBar);
  const { columns } = stream;
  const values = new Float64Array(rows * columns);
  bars.forEach((bar, i) => {
    stream.push(bar, values, Math.max(0, i - firstBar) * columns);
  });
  return { firstBar, x: { rows, columns, values } };
}
