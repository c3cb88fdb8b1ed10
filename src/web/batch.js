// @ts-check
/** The drop zone: sends a CSV file to `/predict_batch` and shows what comes back while it does. */
import { notice, request } from './api.js';
import { ApiError } from './api-error.js';
import { BatchReader } from './batch-reader.js';
import { chartFrame, riskKey } from './chart-frames.js';
import { batchChart, clearCharts } from './charts.js';
import { bytes, count, percent, signedPercent } from './format.js';
import { html, scrollable } from './html.js';

/**
 * A browser reads nothing before it has sent everything, so the server must hold the answer meanwhile. That of a
 * file of this size fits into what it holds.
 */
const largestFile = 5e6;

/** @param {HTMLElement} section */
export function connectBatch(section) {
  const find = (/** @type {string} */ selector) =>
    /** @type {HTMLElement} */ (section.querySelector(selector));
  const drop = find('#drop');
  const input = /** @type {HTMLInputElement} */ (find('#file'));
  const skipBad = /** @type {HTMLInputElement} */ (find('#skip-bad'));
  const places = { status: find('#batch-status'), result: find('#batch-result') };
  /** @type {AbortController} */
  let current = new AbortController();

  const start = (/** @type {File | undefined} */ file) => {
    if (!file) return;
    current.abort();
    current = new AbortController();
    void predictFile(file, { skip: skipBad.checked, signal: current.signal, ...places });
  };

  input.addEventListener('change', () => {
    start(input.files?.[0]);
    // So that the same file, mended, can be chosen again.
    input.value = '';
  });
  drop.addEventListener('dragover', event => {
    event.preventDefault();
    drop.classList.add('over');
  });
  drop.addEventListener('dragleave', () => drop.classList.remove('over'));
  drop.addEventListener('drop', event => {
    event.preventDefault();
    drop.classList.remove('over');
    start(event.dataTransfer?.files[0]);
  });
}

/**
 * @param {File} file
 * @param {{skip: boolean, signal: AbortSignal, status: HTMLElement, result: HTMLElement}} options
 */
async function predictFile(file, { skip, signal, status, result }) {
  const reader = new BatchReader();
  clearCharts(result);
  result.innerHTML = '';
  status.textContent = '';
  if (file.size > largestFile) {
    result.innerHTML = String(tooLarge(file));
    return;
  }
  status.textContent = `Sending ${file.name}, ${bytes(file.size)}…`;
  try {
    const response = await request(`/predict_batch?on_error=${skip ? 'skip' : 'fail'}`, {
      method: 'POST',
      headers: {
        'content-type': /\.gz$/i.test(file.name) ? 'application/gzip' : 'text/csv',
        accept: 'application/x-ndjson',
      },
      body: file,
      signal,
    });
    for await (const text of texts(response)) {
      reader.push(text);
      status.textContent = `${count(reader.rows)} rows…`;
    }
    if (reader.summary === null) throw new ApiError('The answer broke off before its end.');
    status.textContent = '';
    showResult(result, reader, file.name);
  } catch (error) {
    if (signal.aborted) return;
    status.textContent = '';
    result.innerHTML = String(
      notice(error instanceof ApiError ? error : new ApiError('The answer broke off.')),
    );
  }
}

/** @param {File} file */
function tooLarge({ name, size }) {
  const command = `curl --data-binary @${name} -H 'content-type: text/csv' -H 'accept: text/csv' ${location.origin}/predict_batch`;
  return html`<div class="notice" role="alert"><p>${name} has ${bytes(size)}; this page takes files up to ${bytes(largestFile)}. A client that reads while it sends has no such limit:</p><pre>${command}</pre></div>`;
}

/** The answer's text, piece by piece. @param {Response} response */
async function* texts(response) {
  const reader = /** @type {ReadableStream<Uint8Array<ArrayBuffer>>} */ (response.body)
    .pipeThrough(new TextDecoderStream())
    .getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/**
 * @param {HTMLElement} result
 * @param {BatchReader} reader a whole answer's
 * @param {string} name of the file
 */
function showResult(result, reader, name) {
  const { first, sample } = reader;
  result.innerHTML = String(html`${summarySentence(reader)}
<p><a class="button" id="batch-download">Download all rows as CSV</a></p>
${sample.length > 1 && chartFrame('batch-chart', { title: 'Predicted return', key: riskKey(), description: `Predicted returns of ${sample.length} rows over the predicted risk classes.` })}
${first.length > 0 && rowsTable(first)}`);
  const link = /** @type {HTMLAnchorElement} */ (result.querySelector('#batch-download'));
  link.href = downloadUrl(reader.csv);
  link.download = `${name.replace(/(\.csv)?(\.gz)?$/i, '')}-predictions.csv`;
  const frame = /** @type {HTMLElement | null} */ (result.querySelector('#batch-chart'));
  if (frame) batchChart(frame, chartSeries(sample));
}

let lastUrl = '';

/** One result is held at a time. @param {readonly string[]} parts */
function downloadUrl(parts) {
  URL.revokeObjectURL(lastUrl);
  lastUrl = URL.createObjectURL(new Blob([...parts], { type: 'text/csv' }));
  return lastUrl;
}

/** @param {BatchReader} reader */
function summarySentence({ summary }) {
  if (summary === null) return null;
  const { input, rows, predicted, warming_up: early, skipped, errors } = summary;
  const what = input === 'ohlcv' ? 'daily bars' : 'rows of indicators';
  const parts = [
    `${count(rows)} ${what}, ${count(predicted)} predicted.`,
    early > 0 && `${count(early)} come before the first full window and have no prediction.`,
    skipped === 1 && 'One bad row was left out.',
    skipped > 1 && `${count(skipped)} bad rows were left out.`,
  ];
  return html`<p><strong>${parts.filter(Boolean).join(' ')}</strong></p>
${errors.length > 0 && html`<ul>${errors.slice(0, 5).map(({ line, message }) => html`<li>Line ${count(line)}: ${message}</li>`)}</ul>`}`;
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

/** @param {BatchReader['sample']} sample */
function chartSeries(sample) {
  const dates = sample.flatMap(row => row.date ?? []);
  return {
    labels: sample.map(row => row.date ?? `Line ${count(row.line)}`),
    lines: sample.map(row => row.line),
    dates: dates.length === sample.length ? dates : null,
    predicted: sample.map(row => row.predicted_return),
    risk: sample.map(row => row.risk_level),
  };
}
