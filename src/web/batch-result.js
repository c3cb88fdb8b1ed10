// @ts-check
/** @import { BatchReader } from './batch-reader.js' */
/** A file's predictions: a download, a chart, the first rows. */
import { batchSeries } from './batch-series.js';
import { chartFrame, riskKey } from './chart-frames.js';
import { batchChart } from './charts.js';
import { count, percent, signedPercent } from './format.js';
import { html, scrollable } from './html.js';

/**
 * @param {HTMLElement} result
 * @param {BatchReader} reader of a complete answer
 * @param {string} name of the file
 */
export function showResult(result, reader, name) {
  const { first, sample } = reader;
  result.innerHTML = String(html`<p><a class="button" id="batch-download">Download all rows as CSV</a></p>
${sample.length > 1 && chartFrame('batch-chart', { title: 'Predicted return', key: riskKey(), description: `Predicted returns of ${count(sample.length)} rows over the predicted risk classes.` })}
${first.length > 0 && rowsTable(first)}`);
  const link = /** @type {HTMLAnchorElement} */ (result.querySelector('#batch-download'));
  link.href = downloadUrl(reader.csv);
  link.download = `${name.replace(/(\.csv)?(\.gz)?$/i, '')}-predictions.csv`;
  const frame = /** @type {HTMLElement | null} */ (result.querySelector('#batch-chart'));
  if (frame) batchChart(frame, batchSeries(sample));
}

let lastUrl = '';

/** Keeps one result at a time in memory. @param {readonly string[]} parts */
function downloadUrl(parts) {
  URL.revokeObjectURL(lastUrl);
  lastUrl = URL.createObjectURL(new Blob([...parts], { type: 'text/csv' }));
  return lastUrl;
}

/** @param {BatchReader['first']} rows */
function rowsTable(rows) {
  const lines = rows.map(
    row =>
      html`<tr><th scope="row">${count(row.line)}</th><td>${row.date ?? '–'}</td><td>${signedPercent(row.predicted_return, 3)}</td><td><i class="swatch risk-${row.risk}"></i>${row.risk}</td><td>${percent(row.probabilities?.low ?? null, 1)}</td><td>${percent(row.probabilities?.medium ?? null, 1)}</td><td>${percent(row.probabilities?.high ?? null, 1)}</td></tr>
`,
  );
  return scrollable(
    'First predictions',
    html`<table>
<caption>The first rows that have a prediction</caption>
<thead><tr><th scope="col">Line</th><th scope="col">Date</th><th scope="col">Predicted return</th><th scope="col">Risk</th><th scope="col">Low</th><th scope="col">Medium</th><th scope="col">High</th></tr></thead>
<tbody>${lines}</tbody>
</table>`,
  );
}
