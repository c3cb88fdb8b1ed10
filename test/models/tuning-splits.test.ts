import assert from 'node:assert/strict';
import { tuningSplits } from '../../src/models/tuning-splits.ts';

describe('tuningSplits', () => {
  it('validates the later half of the rows, each fold trained on all before it but the embargo', () => {
    assert.deepEqual(tuningSplits(200, 2, 10), [
      { trainEnd: 90, testStart: 100, testEnd: 150 },
      { trainEnd: 140, testStart: 150, testEnd: 200 },
    ]);
  });

  const cases = [
    { rows: 82, folds: 2, embargo: 21, splits: 2 },
    { rows: 81, folds: 2, embargo: 21, splits: 0 },
    { rows: 45, folds: 20, embargo: 0, splits: 20 },
    { rows: 45, folds: 24, embargo: 0, splits: 0 },
    { rows: 0, folds: 2, embargo: 0, splits: 0 },
  ];
  for (const { rows, folds, embargo, splits } of cases) {
    it(`finds ${splits} splits of ${rows} rows for ${folds} folds with an embargo of ${embargo}`, () => {
      assert.equal(tuningSplits(rows, folds, embargo).length, splits);
    });
  }
});
