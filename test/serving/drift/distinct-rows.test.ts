import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DistinctRows } from '../../../src/serving/drift/distinct-rows.ts';

/** What is kept, row by row, oldest first. */
function kept(rows: DistinctRows, columns: number): number[][] {
  const values = Array.from({ length: columns }, (_, index) => rows.column(index));
  return Array.from({ length: rows.rows }, (_, row) => values.map(column => column[row]!));
}

describe('DistinctRows', () => {
  it('keeps the last rows, each once, oldest first', () => {
    const rows = new DistinctRows(3, 1);
    const add = (...values: number[]) => {
      for (const value of values) rows.add(Float64Array.of(value), 0);
    };
    add(1, 2, 1, 1, 2);
    assert.deepEqual(kept(rows, 1), [[1], [2]]);
    add(3, 4);
    assert.deepEqual(kept(rows, 1), [[2], [3], [4]], '1 is the oldest, however often it was asked');
    add(1);
    assert.deepEqual(kept(rows, 1), [[3], [4], [1]], '1 was forgotten and is new again');
    assert.equal(rows.rows, 3);
  });

  it('copies a row from its offset', () => {
    const rows = new DistinctRows(4, 2);
    const values = Float64Array.of(9, 9, 1, 2);
    rows.add(values, 2);
    values.fill(0);
    assert.deepEqual(kept(rows, 2), [[1, 2]]);
  });

  it('treats negative zero as zero, and distinguishes rows that differ in one bit', () => {
    const rows = new DistinctRows(4, 2);
    rows.add(Float64Array.of(0, 1), 0);
    rows.add(Float64Array.of(-0, 1), 0);
    assert.equal(rows.rows, 1);
    rows.add(Float64Array.of(0, 1 + Number.EPSILON), 0);
    rows.add(Float64Array.of(Number.MIN_VALUE, 1), 0);
    assert.equal(rows.rows, 3);
  });

  it('equals a list that drops its oldest row, for any rows in any order', () => {
    const columns = 2;
    const value = fc.constantFrom(0, 1, 2, 0.1, -1, 1e300);
    const asked = fc.array(fc.tuple(value, value), { maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), asked, (capacity, list) => {
        const rows = new DistinctRows(capacity, columns);
        let expected: number[][] = [];
        for (const row of list) {
          rows.add(Float64Array.from(row), 0);
          if (!expected.some(other => other.join() === row.join())) expected.push(row);
          expected = expected.slice(-capacity);
          assert.equal(rows.rows, expected.length);
        }
        assert.deepEqual(kept(rows, columns), expected);
      }),
      { numRuns: 300 },
    );
  });
});
