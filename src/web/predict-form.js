// @ts-check
/** @import { Feature } from '../api/artifacts.ts' */
import { notice, postJson } from './api.js';
import { ApiError } from './api-error.js';
import { indicator } from './format.js';
import { html } from './html.js';
import { requestOf, unitAndBounds } from './predict-request.js';
import { predictionFigures } from './prediction.js';

/**
 * A form with a field for each of the model's features.
 * @param {HTMLElement} section
 * @param {readonly Feature[]} features
 * @param {Readonly<Record<string, number>>} latest initial values of the fields
 */
export function predictForm(section, features, latest) {
  section.innerHTML = String(html`<h2>Try a prediction</h2>
<p>The indicators as of a day’s close. The fields start with the latest known values. Change them to see what the models predict.</p>
<form novalidate>
<div class="fields">${features.map(feature => field(feature, latest[feature.name]))}</div>
<div class="actions"><button>Predict</button><button type="reset" class="plain">Back to the latest</button></div>
</form>
<div class="answer" aria-live="polite"></div>`);
  const form = /** @type {HTMLFormElement} */ (section.querySelector('form'));
  const answer = /** @type {HTMLElement} */ (section.querySelector('.answer'));
  const button = /** @type {HTMLButtonElement} */ (section.querySelector('button'));

  form.addEventListener('submit', async event => {
    event.preventDefault();
    // Not `disabled`, which would remove the focus.
    if (button.ariaDisabled === 'true') return;
    button.ariaDisabled = 'true';
    clearErrors(form);
    try {
      answer.innerHTML = String(predictionFigures(await postJson('/predict', requestOf(new FormData(form)))));
    } catch (error) {
      const unplaced = showErrors(form, error);
      answer.innerHTML = unplaced ? String(notice(error)) : '';
    } finally {
      button.ariaDisabled = null;
    }
  });
  form.addEventListener('reset', () => {
    clearErrors(form);
    answer.innerHTML = '';
  });
}

/** @param {Feature} feature @param {number | undefined} value */
function field(feature, value) {
  const { name, description } = feature;
  return html`<div class="field">
<label for="field-${name}">${name}</label>
<input id="field-${name}" name="${name}" inputmode="decimal" autocomplete="off" spellcheck="false" value="${value === undefined ? '' : indicator(value)}" aria-describedby="hint-${name} error-${name}">
<p id="error-${name}" class="error"></p>
<p id="hint-${name}" class="hint">${description} (${unitAndBounds(feature)}).</p>
</div>`;
}

/** @param {HTMLFormElement} form */
function clearErrors(form) {
  for (const input of form.querySelectorAll('input')) input.removeAttribute('aria-invalid');
  for (const error of form.querySelectorAll('.error')) error.textContent = '';
}

/**
 * Shows each field error of the server at its field and focuses the first.
 * @param {HTMLFormElement} form
 * @param {unknown} error
 * @returns {boolean} whether the error must be shown elsewhere too
 */
function showErrors(form, error) {
  const fields = error instanceof ApiError ? error.fields : [];
  const inputs = fields.map(({ field: name, message }) => {
    const input = form.elements.namedItem(name);
    const place = document.getElementById(`error-${name}`);
    if (!(input instanceof HTMLInputElement) || place === null) return null;
    input.setAttribute('aria-invalid', 'true');
    place.textContent = `${name} ${message}`;
    return input;
  });
  inputs.find(input => input !== null)?.focus();
  return inputs.length === 0 || inputs.includes(null);
}
