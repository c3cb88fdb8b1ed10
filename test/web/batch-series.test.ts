import assert from 'node:assert/strict';
import { batchSeries } from '../../src/web/batch-series.js';

describe("a file's predictions as the series of a chart", () => {
  const row = { predicted_return: 0.001, risk_level: 2, risk: 'High' as const, probabilities: null };

  it('run along days that are in order', () => {
    const series = batchSeries([
      { ...row, line: 2, date: '2018-05-10' },
      { ...row, line: 3, date: '2018-05-11' },
    ]);
    assert.deepEqual(series.dates, ['2018-05-10', '2018-05-11']);
    assert.deepEqual(series.labels, ['10 May 2018', '11 May 2018']);
  });

  for (const [what, dates] of [
    ['without days', [undefined, undefined]],
    ['with some days missing', ['2018-05-10', undefined]],
    ['with days out of order', ['2018-05-11', '2018-05-10']],
    ['with a day twice', ['2018-05-11', '2018-05-11']],
  ] as const) {
    it(`run along the lines of a file ${what}`, () => {
      const series = batchSeries(dates.map((date, i) => ({ ...row, line: i + 2, ...(date && { date }) })));
      assert.equal(series.dates, null);
      assert.deepEqual(series.lines, [2, 3]);
    });
  }
});
