// @ts-check
/** @import { History } from '../api/history.ts' */
import { priceFrame, rangeButtons, returnsFrame, volatilityFrame } from './chart-frames.js';
import { clearCharts, connectRanges } from './charts/plot.js';
import { priceChart, returnsChart, volatilityChart } from './charts.js';
import { scatterFigure } from './figures/scatter.js';
import { html } from './html.js';

/**
 * The predictions of one set as the series of a chart.
 * @param {History['predictions']} predictions
 * @param {History['predictions']['set'][number]} set
 */
export function returnsOf({ dates, set: sets, actualReturn, predictedReturn, meanReturn }, set) {
  const pick = /** @template T @param {readonly T[]} column */ column =>
    column.filter((_, i) => sets[i] === set);
  return {
    dates: pick(dates),
    actual: pick(actualReturn),
    predicted: pick(predictedReturn),
    mean: pick(meanReturn),
  };
}

/**
 * @param {HTMLElement} section
 * @param {History} history
 * @param {readonly [number, number]} thresholds
 */
export function showSeries(section, history, thresholds) {
  const { symbol, dates, close, predictions } = history;
  const walkForward = returnsOf(predictions, 'walk_forward');
  const holdout = returnsOf(predictions, 'holdout');
  clearCharts(section);
  section.innerHTML = String(html`<div class="heading"><h2>Price, risk and return</h2>${rangeButtons()}</div>
${priceFrame(symbol, dates, close)}
${volatilityFrame(dates, thresholds)}
${returnsFrame('returns', 'walk-forward', walkForward.dates)}
<div class="pair">
${scatterFigure(walkForward.predicted, walkForward.actual, 'Walk-forward')}
${scatterFigure(holdout.predicted, holdout.actual, 'Holdout')}
</div>`);
  const frame = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
  priceChart(frame('price'), history);
  volatilityChart(frame('volatility'), history, thresholds);
  returnsChart(frame('returns'), walkForward);
  connectRanges(section);
}
