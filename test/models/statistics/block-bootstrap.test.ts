import { deepEqual, equal, notDeepEqual, ok, throws } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Random } from '../../../src/models/random.ts';
import { bootstrapMean } from '../../../src/models/statistics/block-bootstrap.ts';
import { mean } from '../../../src/models/statistics/mean.ts';
import { close } from './close.ts';
import { autoregression } from './series.ts';

describe('bootstrapMean', () => {
  // arch 8, CircularBlockBootstrap(...).conf_int(np.mean, 20000, method='percentile').
  const table: [rows: number, coefficient: number, length: number, lower: number, upper: number][] = [
    [1000, 0.5, 18, -0.03813859, 0.02501556],
    [240, 0.3, 7, -0.04057387, 0.05274532],
  ];
  for (const [rows, coefficient, length, lower, upper] of table) {
    it(`agrees with arch on ${rows} rows, to the noise of the replications`, () => {
      const interval = bootstrapMean(autoregression(rows, coefficient), 1, length);
      const noise = 0.06 * (upper - lower);
      ok(Math.abs(interval.lower - lower) < noise, `lower ${interval.lower}`);
      ok(Math.abs(interval.upper - upper) < noise, `upper ${interval.upper}`);
      equal(interval.level, 0.95);
    });
  }

  it('lays blocks around the ring to the length of the series and takes the 50th mean from either end', () => {
    const values = autoregression(31, 0.3);
    const random = new Random(5);
    const means = Array.from({ length: 1999 }, () => {
      const drawn: number[] = [];
      while (drawn.length < 31) {
        const start = random.below(31);
        for (let i = 0; i < 4; i++) drawn.push(values[(start + i) % 31]!);
      }
      return mean(drawn.slice(0, 31));
    }).sort((a, b) => a - b);
    const { lower, upper } = bootstrapMean(values, 5, 4);
    close(lower, means[49]!);
    close(upper, means[1999 - 50]!);
  });

  it('covers the true mean about 95 times in 100', () => {
    let covered = 0;
    for (let trial = 0; trial < 200; trial++) {
      const random = new Random(trial, 1);
      const values = Float64Array.from({ length: 150 }, () => random.uniform());
      const { lower, upper } = bootstrapMean(values, 1, 3);
      if (lower <= 0.5 && 0.5 <= upper) covered += 1;
    }
    ok(covered >= 180 && covered <= 198, `${covered} of 200`);
  });

  it('is wider with blocks than without, when neighbours are alike', () => {
    const values = autoregression(1000, 0.9);
    const width = (length: number) => {
      const { lower, upper } = bootstrapMean(values, 1, length);
      return upper - lower;
    };
    ok(width(29) > 2 * width(1));
  });

  it('gives the same interval for the same seed, another for another', () => {
    const values = autoregression(100, 0.2);
    deepEqual(bootstrapMean(values, 7), bootstrapMean(values, 7));
    notDeepEqual(bootstrapMean(values, 7), bootstrapMean(values, 8));
  });

  it('keeps the mean of the series as its estimate', () => {
    const { estimate, lower, upper } = bootstrapMean(Float64Array.of(1, 2, 4, 5), 1);
    close(estimate, 3);
    ok(lower <= estimate && estimate <= upper);
  });

  it('is a point for a series that never changes', () => {
    deepEqual(bootstrapMean(new Float64Array(20).fill(0.5), 1), {
      estimate: 0.5,
      lower: 0.5,
      upper: 0.5,
      level: 0.95,
    });
  });

  it('refuses no rows', () => {
    throws(() => bootstrapMean(new Float64Array(0), 1), /at least one row/);
  });
});
