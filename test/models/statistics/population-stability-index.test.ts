import { equal, ok, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { populationStabilityIndex } from '../../../src/models/statistics/population-stability-index.ts';
import { binCounts, quantileEdges } from '../../../src/models/statistics/quantile-bins.ts';
import { close } from './close.ts';

const index = (actual: readonly number[], expected: readonly number[]) =>
  populationStabilityIndex(Uint32Array.from(actual), Uint32Array.from(expected));

/** Some rows in each of a few bins; bins may be empty. */
const counts = fc
  .array(fc.integer({ min: 0, max: 200 }), { minLength: 1, maxLength: 12 })
  .filter(list => list.some(count => count > 0));
const pair = fc
  .tuple(counts, counts)
  .map(([one, other]) => [one, one.map((_, i) => other[i % other.length]!)] as const)
  .filter(([, other]) => other.some(count => count > 0));

describe('populationStabilityIndex', () => {
  const table: [name: string, actual: number[], expected: number[], value: number][] = [
    ['equal counts', [10, 20, 30], [10, 20, 30], 0],
    ['equal shares of other numbers', [1, 2, 3], [100, 200, 300], 0],
    ['one bin', [5], [900], 0],
    ['two bins', [30, 70], [50, 50], -0.2 * Math.log(0.6) + 0.2 * Math.log(1.4)],
    // 0.25 · ln 2 − 0.25 · ln 0.5
    ['quarters and a half', [50, 25, 25], [25, 50, 25], 0.5 * Math.log(2)],
    ['a bin that is empty', [0, 100], [50, 50], -0.495 * Math.log(0.01) + 0.5 * Math.log(2)],
    ['a bin that was empty', [50, 50], [0, 100], -0.495 * Math.log(0.01) + 0.5 * Math.log(2)],
  ];
  for (const [name, actual, expected, value] of table) {
    it(`of ${name}`, () => {
      if (value === 0) equal(index(actual, expected), 0);
      else close(index(actual, expected), value);
    });
  }

  it('is never negative, and the same both ways round', () => {
    fc.assert(
      fc.property(pair, ([one, other]) => {
        const there = index(one, other);
        ok(there >= 0, `${there}`);
        close(index(other, one), there, 1e-9);
      }),
    );
  });

  it('grows with every row that goes from one bin of equal shares into another', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 }), fc.integer({ min: 2, max: 100 }), (bins, rows) => {
        const expected = Array.from({ length: bins }, () => rows);
        let last = 0;
        for (let moved = 1; moved <= rows; moved++) {
          const actual = expected.with(0, rows - moved).with(bins - 1, rows + moved);
          const value = index(actual, expected);
          ok(value > last, `${value} after ${last} with ${moved} of ${rows}`);
          last = value;
        }
      }),
    );
  });

  it('grows with the shift of a sample', () => {
    const sample = Float64Array.from({ length: 1000 }, (_, i) => i);
    const edges = quantileEdges(sample, 10);
    const expected = binCounts(edges, sample);
    const shifted = [0, 50, 100, 200, 400, 800, 2000].map(shift =>
      populationStabilityIndex(
        binCounts(
          edges,
          sample.map(value => value + shift),
        ),
        expected,
      ),
    );
    equal(shifted[0], 0);
    for (let i = 1; i < shifted.length; i++) ok(shifted[i]! > shifted[i - 1]!, `${shifted}`);
  });

  it('refuses bins that are not the same, and samples of no rows', () => {
    throws(() => index([1, 2], [1, 2, 3]), /2 bins cannot be compared with 3/);
    throws(() => index([0, 0], [1, 2]), /without rows/);
    throws(() => index([1, 2], [0, 0]), /without rows/);
  });
});
