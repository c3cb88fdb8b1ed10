// @ts-check
/** @import { Summary } from './batch-reader.js' */
import { count } from './format.js';
import { html } from './html.js';

/** How many rows of a file were predicted or left out, and why the first were left out. @param {Summary} summary */
export function summaryOf({ input, rows, predicted, warming_up: early, skipped, errors }) {
  const row = rows === 1 ? 'row' : 'rows';
  const what = input === 'ohlcv' ? `daily ${rows === 1 ? 'bar' : 'bars'}` : `${row} of indicators`;
  const parts = [
    `${count(rows)} ${what}, ${count(predicted)} predicted.`,
    early === 1 && 'One comes before the first full window and has no prediction.',
    early > 1 && `${count(early)} come before the first full window and have no prediction.`,
    skipped === 1 && 'One bad row was left out.',
    skipped > 1 && `${count(skipped)} bad rows were left out.`,
  ];
  return html`<p><strong>${parts.filter(Boolean).join(' ')}</strong></p>
${errors.length > 0 && html`<ul>${errors.slice(0, 5).map(({ line, message }) => html`<li>Line ${count(line)}: ${message}</li>`)}</ul>`}`;
}
