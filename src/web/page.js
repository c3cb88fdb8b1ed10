// @ts-check
/** @import { Evaluation } from '../api/evaluation.ts' */
/** @import { History } from '../api/history.ts' */
/** @import { ModelCard } from '../api/artifacts.ts' */
/** The page at /: loads each section from the API. A section that fails shows its own error. */
import { getJson, notice, postJson, request } from './api.js';
import { ApiError } from './api-error.js';
import { connectBatch } from './batch.js';
import { day } from './format.js';
import { html } from './html.js';
import { predictForm } from './predict-form.js';
import { predictionFigures } from './prediction.js';
import { showResults } from './results-section.js';
import { showSeries } from './series-section.js';
import { headline } from './verdict.js';

/** @typedef {{name: string, run: string, version: string, card: ModelCard}} Model */

const byId = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** Cached responses that several sections share. A failed request is not cached. @type {Map<string, Promise<any>>} */
const answers = new Map();

/** @param {string} path */
function fetchCached(path) {
  const answer = answers.get(path) ?? getJson(path);
  answers.set(path, answer);
  answer.catch(() => answers.delete(path));
  return answer;
}
const fetchModel = () => /** @type {Promise<Model>} */ (fetchCached('/model'));
const fetchHistory = () => /** @type {Promise<History>} */ (fetchCached('/model/history'));
const fetchEvaluation = () => /** @type {Promise<Evaluation>} */ (fetchCached('/model/evaluation'));

/** A short message; the first section shows the full one. @param {unknown} error */
function messageOf(error) {
  if (error instanceof ApiError && error.code === 'ModelNotReady') return 'the model is not ready';
  return error instanceof Error ? error.message : String(error);
}

/** @typedef {(section: HTMLElement) => Promise<void>} Show */

/** Sections that could not be shown, by id. @type {Map<string, Show>} */
const failed = new Map();

/**
 * Fills a section, or shows why that failed. The first section shows the error as a notice with a button to retry.
 * @param {string} id
 * @param {Show} show
 */
async function fill(id, show) {
  const section = byId(id);
  const hadFocus = section.contains(document.activeElement);
  section.setAttribute('aria-busy', 'true');
  try {
    await show(section);
    failed.delete(id);
  } catch (error) {
    failed.set(id, show);
    const title = section.querySelector('h1, h2');
    const isFirst = section === document.querySelector('section');
    const message = isFirst ? notice(error) : html`<p class="loading">Not available: ${messageOf(error)}</p>`;
    section.innerHTML = `${title?.outerHTML ?? ''}${message}`;
    if (isFirst) section.querySelector('.notice')?.append(retryButton());
  } finally {
    section.removeAttribute('aria-busy');
    if (hadFocus) /** @type {HTMLElement | null} */ (section.querySelector('button, a'))?.focus();
  }
}

function retryButton() {
  const button = document.createElement('button');
  button.textContent = 'Try again';
  button.addEventListener('click', () => {
    void showHealth();
    retry();
  });
  return button;
}

function retry() {
  for (const [id, show] of failed) void fill(id, show);
}

/** @param {HTMLElement} section */
async function showTomorrow(section) {
  const [{ name, run, version, card }, { latest }, evaluation] = await Promise.all([
    fetchModel(),
    fetchHistory(),
    fetchEvaluation(),
  ]);
  const answer = await postJson('/predict', latest.indicators);
  document.title = `${card.symbol}: Bellwether`;
  section.innerHTML = String(html`<div class="today">
<div>
<h1>${card.symbol}, the next trading day</h1>
<p class="lead">From the indicators as of the close of ${day(latest.date)}.</p>
${predictionFigures(answer)}
<p class="caveat">${headline(evaluation)} <a href="#results">How good it is</a></p>
</div>
<dl class="facts">
<dt>Model</dt><dd>${name}</dd>
<dt>Version</dt><dd><code>${version}</code></dd>
<dt>Run</dt><dd>${run}</dd>
<dt>Trained on</dt><dd>${day(card.trained.from)} to ${day(card.trained.to)}</dd>
<dt>Return</dt><dd>${card.regressor.trees === 0 ? 'XGBoost without trees: the training mean' : `XGBoost, ${card.regressor.trees} trees`}</dd>
<dt>Risk</dt><dd>random forest, ${card.classifier.trees} trees</dd>
<dt>Indicators</dt><dd>${card.features.length}</dd>
</dl>
</div>`);
}

/** Writes the status only when it changes, so that screen readers announce changes only. @param {string} state @param {string} text */
function setHealth(state, text) {
  const place = byId('health');
  if (place.textContent === text) return;
  place.dataset.state = state;
  place.textContent = text;
}

async function showHealth() {
  try {
    const { status, model, version } = await (await request('/health', {})).json();
    setHealth(status, `${status}: ${model} ${version}`);
    // Sections that failed while the server was loading are loaded when it is ready.
    retry();
  } catch (error) {
    setHealth(
      'down',
      error instanceof ApiError && error.status > 0 ? `not ready: ${error.message}` : 'unreachable',
    );
  }
}

void showHealth();
setInterval(showHealth, 15_000);
void fill('tomorrow', showTomorrow);
void fill('series', async section => {
  const [history, { card }] = await Promise.all([fetchHistory(), fetchModel()]);
  showSeries(section, history, card.risk.thresholds);
});
void fill('results', async section => showResults(section, await fetchEvaluation()));
void fill('try', async section => {
  const [{ card }, { latest }] = await Promise.all([fetchModel(), fetchHistory()]);
  predictForm(section, card.features, latest.indicators);
});
connectBatch(byId('batch'));
