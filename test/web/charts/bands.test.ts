import assert from 'node:assert/strict';
import { bandStart, bandsOf } from '../../../src/web/charts/bands.js';

describe('risk bands', () => {
  it('join neighbouring days of one class and leave unknown ones out', () => {
    assert.deepEqual(bandsOf([null, null, 0, 0, 2, 1]), [
      { level: 0, start: 2, end: 4 },
      { level: 2, start: 4, end: 5 },
      { level: 1, start: 5, end: 6 },
    ]);
    assert.deepEqual(bandsOf([null]), []);
    assert.deepEqual(bandsOf([]), []);
  });

  it('reach halfway to the neighbouring days, and as far beyond the first and the last', () => {
    const times = [0, 2, 8];
    assert.deepEqual(
      [0, 1, 2, 3].map(i => bandStart(times, i)),
      [-1, 1, 5, 11],
    );
  });

  it('end with a separate band for the last day', () => {
    const times = [10, 20, 30];
    const [, last] = bandsOf([1, 1, 2]);
    assert.ok(bandStart(times, last!.start) < 30 && bandStart(times, last!.end) > 30);
  });

  it('work for a single day', () => {
    assert.deepEqual([bandStart([5], 0), bandStart([5], 1)], [5, 5]);
  });
});
