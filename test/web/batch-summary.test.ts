import assert from 'node:assert/strict';
import { summaryOf } from '../../src/web/batch-summary.js';

const summary = {
  input: 'ohlcv' as const,
  rows: 1260,
  predicted: 1191,
  warming_up: 69,
  skipped: 0,
  errors: [],
};
const words = (change: Partial<Parameters<typeof summaryOf>[0]>) =>
  summaryOf({ ...summary, ...change }).text.replace(/<[^>]*>/g, '');

describe("the summary of a file's predictions", () => {
  it('counts rows, predictions and rows too early', () => {
    assert.match(
      words({}),
      /^1,260 daily bars, 1,191 predicted\. 69 come before the first full window and have no prediction\./,
    );
  });

  it('uses the singular for one row', () => {
    assert.match(words({ rows: 1, predicted: 0, warming_up: 1 }), /^1 daily bar, 0 predicted\. One comes/);
    const rows = words({ input: 'indicators', rows: 1, predicted: 1, warming_up: 0, skipped: 1 });
    assert.match(rows, /^1 row of indicators, 1 predicted\. One bad row was left out\./);
  });

  it('names the first bad rows, as text', () => {
    const errors = [{ line: 1201, message: 'close is "<b>"' }];
    assert.ok(
      summaryOf({ ...summary, skipped: 1, errors }).text.includes(
        'Line 1,201: close is &#34;&#60;b&#62;&#34;',
      ),
    );
  });
});
