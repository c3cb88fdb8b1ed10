// @ts-check
/** @import { ClassificationScore } from '../../api/evaluation.ts' */
import { count, decimal, percent } from '../format.js';
import { html } from '../html.js';

const size = 300;
const left = 52;
const top = 10;

/**
 * A reliability diagram: how often the predicted class was right against the probability that the forest
 * gave it. Points on the diagonal are calibrated; a point's area shows its number of days.
 * @param {ClassificationScore} score
 * @param {string} caption
 */
export function calibrationFigure({ calibration, brier, expectedCalibrationError }, caption) {
  const bins = calibration.filter(bin => bin.count > 0);
  const largest = Math.max(1, ...bins.map(bin => bin.count));
  const x = (/** @type {number} */ share) => (left + share * size).toFixed(1);
  const y = (/** @type {number} */ share) => (top + (1 - share) * size).toFixed(1);
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const points = bins.map(bin => {
    const radius = (3 + 9 * Math.sqrt(bin.count / largest)).toFixed(1);
    return html`<circle class="point" cx="${x(bin.confidence)}" cy="${y(bin.accuracy)}" r="${radius}"><title>${count(bin.count)} days: said ${percent(bin.confidence, 1)}, right ${percent(bin.accuracy, 1)}</title></circle>`;
  });
  return html`<figure class="plot">
<svg width="${left + size + 30}" viewBox="0 0 ${left + size + 30} ${top + size + 44}" role="img" aria-label="${caption}: ${bins.map(bin => `said ${percent(bin.confidence, 0)}, right ${percent(bin.accuracy, 0)}`).join('; ')}">
${ticks.map(tick => html`<path class="grid" d="M${x(0)} ${y(tick)}H${x(1)}M${x(tick)} ${y(0)}V${y(1)}"/><text class="tick end" x="${left - 8}" y="${Number(y(tick)) + 4}">${percent(tick, 0)}</text><text class="tick middle" x="${x(tick)}" y="${top + size + 17}">${percent(tick, 0)}</text>`)}
<path class="reference" d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}"/>
<path class="line" d="${bins.map((bin, i) => `${i === 0 ? 'M' : 'L'}${x(bin.confidence)} ${y(bin.accuracy)}`).join('')}"/>
${points}
<text class="tick middle" x="${left + size / 2}" y="${top + size + 37}">probability that the forest gave its class</text>
</svg>
<figcaption>${caption}. How often it was right (upwards) against how sure it was. Brier score ${decimal(brier, 3)}, expected calibration error ${percent(expectedCalibrationError, 1)}.</figcaption>
</figure>`;
}
