// @ts-check
/** The frames of charts: heading, key, canvas with a description, values at the cursor. */
import { count, day, percent, price, riskNames } from './format.js';
import { html } from './html.js';

const riskItems = riskNames.map(name => html`<li><i class="swatch risk-${name}"></i>${name} risk</li>`);

/** The risk classes with their colours; each name stands beside its colour. */
export function riskKey() {
  return html`<ul class="key" aria-label="Colours">${riskItems}</ul>`;
}

/**
 * Closing prices on each day's risk class.
 * @param {string} symbol
 * @param {readonly string[]} dates
 * @param {readonly number[]} close
 */
export function priceFrame(symbol, dates, close) {
  const extreme = (/** @type {(a: number, b: number) => number} */ of) => close.reduce((a, b) => of(a, b));
  return chartFrame('price', {
    title: 'Price',
    key: riskKey(),
    description: `Daily closing price of ${symbol}, ${span(dates)}: first ${price(close[0] ?? 0)}, last ${price(close.at(-1) ?? 0)}, lowest ${price(extreme(Math.min))}, highest ${price(extreme(Math.max))}. The background is coloured by each day’s risk class.`,
  });
}

/**
 * Volatility with the thresholds of its classes.
 * @param {readonly string[]} dates
 * @param {readonly [number, number]} thresholds
 */
export function volatilityFrame(dates, [low, high]) {
  return chartFrame('volatility', {
    title: 'Volatility',
    key: html`<ul class="key" aria-label="Colours and lines">${riskItems}<li><i class="stroke stroke-mean"></i>thresholds</li></ul>`,
    description: `Rolling standard deviation of daily returns, ${span(dates)}. Below ${percent(low, 3)} the risk is Low, from ${percent(high, 3)} High.`,
  });
}

/**
 * Next-day returns as predicted and as they came true.
 * @param {string} id
 * @param {string} name of the window of days
 * @param {readonly string[]} dates
 */
export function returnsFrame(id, name, dates) {
  return chartFrame(id, {
    title: `Next-day return, ${name}`,
    key: html`<ul class="key" aria-label="Lines"><li><i class="stroke stroke-actual"></i>came true</li><li><i class="stroke stroke-model"></i>predicted</li><li><i class="stroke stroke-mean"></i>mean predictor</li></ul>`,
    description: `Next-day returns of ${count(dates.length)} days that the models had not seen, as they came true, as predicted, and the mean, ${span(dates)}.`,
  });
}

/** @param {readonly string[]} dates */
function span(dates) {
  return `${day(dates[0] ?? '')} to ${day(dates.at(-1) ?? '')}`;
}

/**
 * @param {string} id
 * @param {{title: string, description: string, key?: import('./html.js').Html}} frame `description` is the
 *   chart's text alternative
 */
export function chartFrame(id, { title, description, key }) {
  return html`<figure class="chart" id="${id}">
<figcaption><h3>${title}</h3>${key}</figcaption>
<div class="canvas" role="img" aria-label="${description}"></div>
<output aria-live="off"></output>
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
