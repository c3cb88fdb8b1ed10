import { deepEqual, equal, ok, throws } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { binCounts, binOf, quantileEdges } from '../../../src/models/statistics/quantile-bins.ts';

const oneTo = (n: number) => Float64Array.from({ length: n }, (_, i) => i + 1);

describe('quantileEdges', () => {
  const table: [name: string, values: Float64Array, bins: number, edges: number[]][] = [
    ['deciles of 1 to 100', oneTo(100), 10, [10, 20, 30, 40, 50, 60, 70, 80, 90]],
    ['thirds of 1 to 10', oneTo(10), 3, [4, 7]],
    ['more bins than values', oneTo(3), 10, [1, 2]],
    ['a value that takes up several bins', Float64Array.of(1, 2, 2, 2, 2, 2, 2, 3, 4, 5), 5, [2, 3]],
    ['a greatest value that takes up several bins', Float64Array.of(1, 2, 9, 9, 9), 5, [1, 2]],
    ['a feature that never changes', Float64Array.of(7, 7, 7), 10, []],
    ['one value', Float64Array.of(7), 10, []],
  ];
  for (const [name, values, bins, edges] of table) {
    it(`of ${name}`, () => deepEqual(quantileEdges(values, bins), edges));
  }

  it('needs a value', () => {
    throws(() => quantileEdges(new Float64Array(0), 10), /at least one value/);
  });

  const values = fc
    .array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), { minLength: 1 })
    .map(list => Float64Array.from(list));

  it('leaves no bin without a value, and counts every value once', () => {
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), (sample, bins) => {
        const edges = quantileEdges(sample, bins);
        const counts = binCounts(edges, sample);
        ok(edges.length < bins);
        ok(
          counts.every(count => count > 0),
          `${counts}`,
        );
        equal(
          counts.reduce((sum, count) => sum + count),
          sample.length,
        );
      }),
    );
  });

  it('does not depend on the order of the values', () => {
    fc.assert(
      fc.property(values, sample => {
        deepEqual(quantileEdges(sample.toReversed(), 10), quantileEdges(sample, 10));
      }),
    );
  });
});

describe('binOf', () => {
  const table: [value: number, bin: number][] = [
    [Number.NEGATIVE_INFINITY, 0],
    [-1e9, 0],
    [10, 0],
    [10.1, 1],
    [20, 1],
    [20.1, 2],
    [Number.POSITIVE_INFINITY, 2],
  ];
  for (const [value, bin] of table) {
    it(`puts ${value} into bin ${bin}`, () => equal(binOf([10, 20], value), bin));
  }

  it('has one bin without edges', () => equal(binOf([], 5), 0));
});
