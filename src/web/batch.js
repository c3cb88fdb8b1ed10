// @ts-check
/** The drop zone: sends a CSV file to `/predict_batch` and shows the answer as it arrives. */
import { notice, request } from './api.js';
import { ApiError } from './api-error.js';
import { BatchReader } from './batch-reader.js';
import { showResult } from './batch-result.js';
import { summaryOf } from './batch-summary.js';
import { clearCharts } from './charts/plot.js';
import { bytes, count } from './format.js';
import { html } from './html.js';
import { shellQuoted } from './shell.js';

/**
 * A browser reads nothing before it has sent everything, so the server buffers the answer. The answer to a file of this
 * size fits into that buffer.
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
    // So that the same file can be chosen again after a correction.
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
        'content-type': typeOf(file),
        accept: 'application/x-ndjson',
      },
      body: file,
      signal,
    });
    for await (const text of texts(response)) {
      reader.push(text);
      status.textContent = `${count(reader.rows)} rows…`;
    }
    if (reader.summary === null) throw new ApiError('The answer is incomplete.');
    // In the element that screen readers announce.
    status.innerHTML = String(summaryOf(reader.summary));
    showResult(result, reader, file.name);
  } catch (error) {
    if (signal.aborted) return;
    status.textContent = '';
    result.innerHTML = String(
      notice(error instanceof ApiError ? error : new ApiError('The connection was lost during the answer.')),
    );
  }
}

/** @param {File} file */
function typeOf({ name }) {
  return /\.gz$/i.test(name) ? 'application/gzip' : 'text/csv';
}

/** @param {File} file */
function tooLarge(file) {
  const { name, size } = file;
  const command = `curl --data-binary ${shellQuoted(`@${name}`)} -H 'content-type: ${typeOf(file)}' -H 'accept: text/csv' ${location.origin}/predict_batch`;
  return html`<div class="notice" role="alert"><p>${name} has ${bytes(size)}; this page accepts files up to ${bytes(largestFile)}. A client that reads while it sends has no such limit:</p><pre tabindex="0">${command}</pre></div>`;
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
