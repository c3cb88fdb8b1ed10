import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ApiError } from '../../src/web/api-error.js';
import { BatchReader, csvHeader } from '../../src/web/batch-reader.js';

const early = {
  line: 2,
  date: '2018-01-02',
  predicted_return: null,
  risk_level: null,
  risk: null,
  probabilities: null,
  reason: 'bar 1 of the 70 that the first prediction needs',
};
const predicted = (line: number) => ({
  line,
  predicted_return: line / 1e6,
  risk_level: 1,
  risk: 'Medium',
  probabilities: { low: 0.25, medium: 0.5, high: 0.25 },
});
const summary = { input: 'ohlcv', rows: 3, predicted: 2, warming_up: 1, skipped: 0, errors: [] };
const answer = [early, predicted(3), predicted(4), { model: { name: 'aapl', version: 'x' }, summary }]
  .map(value => `${JSON.stringify(value)}\n`)
  .join('');

describe('the answer of /predict_batch in the page', () => {
  it('is read the same for any chunks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(answer.length)), cuts => {
        const reader = new BatchReader();
        const ends = [...cuts.toSorted((a, b) => a - b), answer.length];
        ends.forEach((end, i) => {
          reader.push(answer.slice(ends[i - 1] ?? 0, end));
        });
        assert.equal(reader.rows, 3);
        assert.deepEqual(reader.summary, summary);
        assert.deepEqual(reader.first, [predicted(3), predicted(4)]);
        assert.equal(
          reader.csv.join(''),
          `${csvHeader}\n` +
            '2,2018-01-02,,,,,,,bar 1 of the 70 that the first prediction needs\n' +
            '3,,0.000003,1,Medium,0.25,0.5,0.25,\n' +
            '4,,0.000004,1,Medium,0.25,0.5,0.25,\n',
        );
      }),
    );
  });

  it('has no summary while it is incomplete', () => {
    const reader = new BatchReader();
    reader.push(answer.slice(0, -2));
    assert.equal(reader.summary, null);
  });

  it('fails when it ends in an error', () => {
    const error = { code: 'InvalidRow', message: 'line 9: close is no number', details: { line: 9 } };
    assert.throws(
      () => new BatchReader().push(`${JSON.stringify(predicted(3))}\n${JSON.stringify({ error })}\n`),
      thrown =>
        thrown instanceof ApiError && thrown.code === 'InvalidRow' && thrown.message === error.message,
    );
  });

  it('keeps an even sample of a long answer', () => {
    const reader = new BatchReader();
    for (let line = 0; line < 50_000; line++) reader.push(`${JSON.stringify(predicted(line))}\n`);
    assert.equal(reader.rows, 50_000);
    assert.equal(reader.first.length, 10);
    assert.ok(reader.sample.length >= 2000 && reader.sample.length <= 4000, String(reader.sample.length));
    const gaps = new Set(reader.sample.slice(1).map((row, i) => row.line - reader.sample[i]!.line));
    assert.equal(gaps.size, 1);
  });
});
