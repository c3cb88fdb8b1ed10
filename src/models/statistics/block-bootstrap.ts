import { Random } from '../random.ts';
import { blockLength } from './block-length.ts';
import { mean } from './mean.ts';

export interface Interval {
  readonly estimate: number;
  readonly lower: number;
  readonly upper: number;
  /** Coverage, such as 0.95. */
  readonly level: number;
}

const level = 0.95;
/**
 * 50 of 2000 = (replications + 1) · 2.5 %: the ends of the interval are order statistics, with no
 * interpolation.
 */
const replications = 1999;
const beyond = 50;

/**
 * A 95 % percentile interval of the mean of a series whose neighbours depend on each other, by the circular
 * block bootstrap (Politis and Romano, "A circular block-resampling procedure for stationary data", in
 * Exploring the Limits of Bootstrap, 1992): the series is closed to a ring, and each replication lays blocks
 * from random places of it end to end until it is as long as the series. Blocks keep the dependence inside
 * them; `blockLength` is their length.
 */
export function bootstrapMean(values: Float64Array, seed: number, length = blockLength(values)): Interval {
  const rows = values.length;
  if (rows === 0) throw new RangeError('the bootstrap needs at least one row');
  // Sums of the ring's first k values, twice around: any block's sum is one subtraction.
  const sums = new Float64Array(2 * rows + 1);
  for (let i = 0; i < 2 * rows; i++) sums[i + 1] = sums[i]! + values[i % rows]!;
  const random = new Random(seed);
  const means = new Float64Array(replications);
  for (let replication = 0; replication < replications; replication++) {
    let sum = 0;
    for (let filled = 0; filled < rows; filled += length) {
      const start = random.below(rows);
      sum += sums[start + Math.min(length, rows - filled)]! - sums[start]!;
    }
    means[replication] = sum / rows;
  }
  means.sort();
  return { estimate: mean(values), lower: means[beyond - 1]!, upper: means[replications - beyond]!, level };
}
