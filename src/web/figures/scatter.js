// @ts-check
import { count, digitsOf, percent, signedPercent } from '../format.js';
import { html } from '../html.js';

const width = 420;
const height = 300;
const left = 60;
const top = 10;

/**
 * Predicted returns across, actual ones upwards, each axis to its own scale, with the line on which perfect
 * predictions would lie.
 * @param {readonly number[]} predicted
 * @param {readonly number[]} actual
 * @param {string} caption
 */
export function scatterFigure(predicted, actual, caption) {
  const across = reach(predicted);
  const up = reach(actual);
  const x = (/** @type {number} */ value) => left + (width / 2) * (1 + value / across);
  const y = (/** @type {number} */ value) => top + (height / 2) * (1 - value / up);
  const xTicks = ticks(across);
  const yTicks = ticks(up);
  const [xDigits, yDigits] = [xTicks, yTicks].map(([, tick]) => digitsOf(Math.abs(tick ?? 1) * 100));
  const perfect = Math.min(across, up);
  // One path of round dots: a circle for each of a thousand days would be ten times the bytes.
  const dots = predicted.map((value, i) => `M${x(value).toFixed(1)} ${y(actual[i] ?? 0).toFixed(1)}h0`);
  return html`<figure class="plot">
<svg width="${left + width + 30}" viewBox="0 0 ${left + width + 30} ${top + height + 44}" role="img" aria-label="${caption}: ${count(predicted.length)} days, predictions within ±${percent(across)}, actual returns within ±${percent(up)}">
${xTicks.map(tick => html`<path class="grid" d="M${x(tick).toFixed(1)} ${top}V${top + height}"/><text class="tick middle" x="${x(tick).toFixed(1)}" y="${top + height + 17}">${percent(tick, xDigits)}</text>`)}
${yTicks.map(tick => html`<path class="grid" d="M${left} ${y(tick).toFixed(1)}H${left + width}"/><text class="tick end" x="${left - 8}" y="${(y(tick) + 4).toFixed(1)}">${percent(tick, yDigits)}</text>`)}
<path class="dots" d="${dots.join('')}"/>
<path class="reference" d="M${x(-perfect).toFixed(1)} ${y(-perfect).toFixed(1)}L${x(perfect).toFixed(1)} ${y(perfect).toFixed(1)}"/>
<text class="tick middle" x="${left + width / 2}" y="${top + height + 37}">predicted return</text>
</svg>
<figcaption>${caption}. Actual return (upwards) against the predicted one; the axes have different scales. Perfect predictions would lie on the dashed line.${stripes(predicted)}</figcaption>
</figure>`;
}

/** Why points stand above each other, where they do. @param {readonly number[]} predicted */
function stripes(predicted) {
  const values = new Set(predicted);
  if (values.size === 1) {
    return ` Every day has the same prediction, ${signedPercent(predicted[0] ?? 0, 3)}, and so all points stand on one vertical line: that is a model without trees, which predicts the training mean.`;
  }
  if (values.size > predicted.length / 2) return '';
  return ` Points above each other are days with the same prediction: there are ${count(values.size)} different ones, for a model of no or few trees predicts few values.`;
}

/** @param {readonly number[]} values */
function reach(values) {
  return values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6) * 1.05;
}

/** Five round numbers around zero, the outer ones near the ends. @param {number} most */
function ticks(most) {
  const raw = most / 2;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([5, 4, 3, 2, 1].find(factor => factor * power <= raw) ?? 1) * power;
  return [-2, -1, 0, 1, 2].map(i => i * step);
}
