import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Matrix } from '../../../src/models/matrix.ts';
import { Random } from '../../../src/models/random.ts';
import { InputDrift } from '../../../src/serving/drift/input-drift.ts';
import { fromRows } from '../../../support/matrix.ts';

/** Two features that have nothing to do with each other. */
function someRows(rows: number, seed: number): Matrix {
  const random = new Random(seed);
  return fromRows(Array.from({ length: rows }, () => [random.uniform(), 100 * random.uniform()]));
}

const training = someRows(2000, 1);

function driftOf({ rows, columns, values }: Matrix, order = Array.from({ length: rows }, (_, row) => row)) {
  const drift = new InputDrift(['a', 'b']);
  drift.compareWith(training);
  for (const row of order) drift.take(values, row * columns);
  return drift;
}

describe('InputDrift', () => {
  it('has no index for fewer than a hundred rows', () => {
    assert.deepEqual(driftOf(someRows(99, 2)).indices(), []);
    assert.deepEqual(
      driftOf(someRows(100, 2))
        .indices()
        .map(({ feature }) => feature),
      ['a', 'b'],
    );
  });

  it('has no index without training rows, and counts rows that were added before them', () => {
    const drift = new InputDrift(['a', 'b']);
    const { columns, values } = someRows(200, 2);
    for (let offset = 0; offset < values.length; offset += columns) drift.take(values, offset);
    assert.deepEqual([drift.rows, drift.trainingRows, drift.indices()], [200, 0, []]);
    drift.compareWith(training);
    assert.deepEqual([drift.trainingRows, drift.indices().length], [2000, 2]);
  });

  it('is small for rows like the training rows, large for a shifted feature', () => {
    const asked = someRows(1000, 2);
    for (const { psi } of driftOf(asked).indices()) assert.ok(psi < 0.04, `${psi}`);
    const moved = { ...asked, values: asked.values.map((value, i) => (i % 2 === 0 ? value + 0.5 : value)) };
    const [a, b] = driftOf(moved).indices();
    assert.ok(a!.psi > 1, `${a!.psi}`);
    assert.ok(b!.psi < 0.04, `${b!.psi}`);
  });

  it('does not depend on the order of the rows', () => {
    const asked = someRows(150, 3);
    const expected = driftOf(asked).indices();
    const order = fc.shuffledSubarray(
      Array.from({ length: 150 }, (_, row) => row),
      { minLength: 150 },
    );
    fc.assert(fc.property(order, rows => assert.deepEqual(driftOf(asked, rows).indices(), expected)));
  });

  it('uses only the last rows', () => {
    const drift = driftOf(someRows(3000, 4));
    assert.equal(drift.rows, drift.rowsLimit);
    const last = someRows(drift.rowsLimit, 5);
    for (let row = 0; row < last.rows; row++) drift.take(last.values, row * last.columns);
    assert.deepEqual(drift.indices(), driftOf(last).indices());
  });
});
