import { equal, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { blockLength } from '../../../src/models/statistics/block-length.ts';
import { autoregression } from './series.ts';

describe('blockLength', () => {
  // The Python package arch 8, optimal_block_length(...)['circular'], in the comment.
  const table: [rows: number, coefficient: number, length: number][] = [
    [200, 0, 1], // 0.62
    [240, 0.3, 3], // 3.25
    [1000, 0.5, 13], // 12.77
    [1000, 0.9, 29], // 28.99
    [500, -0.6, 6], // 5.97
    [60, 0.7, 6], // 5.67
    [100, 0.99, 15], // 14.90: five lags must be quiet, not four
    [200, -0.9, 43], // 43.00, the most for 200 rows
  ];
  for (const [rows, coefficient, length] of table) {
    it(`of ${rows} rows with autocorrelation ${coefficient} is ${length}`, () => {
      equal(blockLength(autoregression(rows, coefficient)), length);
    });
  }

  it('is 1 for a series that never changes, and for very short ones', () => {
    equal(blockLength(new Float64Array(100).fill(3)), 1);
    equal(blockLength(Float64Array.of(1)), 1);
    equal(blockLength(Float64Array.of(1, 2)), 1);
  });

  it('is at most 3√n, even for a trend', () => {
    const trend = Float64Array.from({ length: 400 }, (_, i) => i);
    ok(blockLength(trend) <= 60);
  });
});
