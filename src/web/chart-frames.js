// @ts-check
/** The frames that charts are drawn into: heading, key, canvas with a description, values under the cursor. */
import { riskNames } from './format.js';
import { html } from './html.js';

/** The risk classes with their colours; each name stands beside its colour. */
export function riskKey() {
  const days = riskNames.map(name => html`<li><i class="swatch risk-${name}"></i>${name} risk</li>`);
  return html`<ul class="key" aria-label="Colours">${days}</ul>`;
}

/** Which line is which among the returns. */
export function returnsKey() {
  return html`<ul class="key" aria-label="Lines"><li><i class="stroke stroke-actual"></i>came true</li><li><i class="stroke stroke-model"></i>predicted</li><li><i class="stroke stroke-mean"></i>mean predictor</li></ul>`;
}

/**
 * @param {string} id
 * @param {{title: string, description: string, key?: import('./html.js').Html}} frame `description` says in
 *   words what the chart shows, to those who cannot see it
 */
export function chartFrame(id, { title, description, key }) {
  return html`<figure class="chart" id="${id}">
<figcaption><h3>${title}</h3>${key}</figcaption>
<div class="canvas" role="img" aria-label="${description}"></div>
<output></output>
</figure>`;
}

/** Buttons for how much of the series the charts show. */
export function rangeButtons() {
  const ranges = /** @type {const} */ ([
    ['6 months', 183],
    ['1 year', 366],
    ['3 years', 1096],
    ['All', ''],
  ]);
  return html`<div class="ranges" role="group" aria-label="Time shown">${ranges.map(
    ([name, days]) =>
      html`<button type="button" data-days="${days}" aria-pressed="${days === '' ? 'true' : 'false'}">${name}</button>`,
  )}</div>`;
}
