// @ts-check
/** The page at /docs: the OpenAPI document as HTML, with a form for `/predict`. */
import { getJson, notice } from './api.js';
import { documentHtml } from './docs-operations.js';

/** Sends the content of the text area unchanged and shows the status and body of the answer. @param {HTMLElement} root */
function connectTry(root) {
  const form = root.querySelector('form.try');
  const body = /** @type {HTMLTextAreaElement | null} */ (root.querySelector('#try-body'));
  const answer = /** @type {HTMLElement | null} */ (root.querySelector('#try-answer'));
  form?.addEventListener('submit', async event => {
    event.preventDefault();
    if (!body || !answer) return;
    answer.hidden = false;
    try {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch('/predict', { method: 'POST', headers, body: body.value });
      answer.textContent = `${response.status} ${response.statusText}\n${JSON.stringify(await response.json(), null, 2)}`;
    } catch {
      answer.textContent = 'The server cannot be reached.';
    }
  });
}

/** A link to a schema opens it. @param {HTMLElement} root */
function openTarget(root) {
  const target = root.querySelector(`[id="${CSS.escape(location.hash.slice(1))}"]`);
  if (target instanceof HTMLDetailsElement) target.open = true;
  target?.scrollIntoView();
}

async function show() {
  const root = /** @type {HTMLElement} */ (document.getElementById('document'));
  try {
    root.innerHTML = String(documentHtml(await getJson('/openapi.json')));
    connectTry(root);
    addEventListener('hashchange', () => openTarget(root));
    if (location.hash) openTarget(root);
  } catch (error) {
    root.innerHTML = String(notice(error));
  }
  document.getElementById('main')?.removeAttribute('aria-busy');
}

void show();
