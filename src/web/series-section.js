// @ts-check
/** @import { History } from '../api/history.ts' */
import { chartFrame, rangeButtons, returnsKey, riskKey } from './chart-frames.js';
import { clearCharts, connectRanges, priceChart, returnsChart, volatilityChart } from './charts.js';
import { scatterFigure } from './figures/scatter.js';
import { day, percent } from './format.js';
import { html } from './html.js';

/**
 * The predictions of one set, as the charts take them.
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
  const span = `${day(dates[0] ?? '')} to ${day(dates.at(-1) ?? '')}`;
  clearCharts(section);
  section.innerHTML = String(html`<div class="heading"><h2>Price, risk and return</h2>${rangeButtons()}</div>
${chartFrame('price', {
  title: 'Price',
  key: riskKey(),
  description: `Daily closing price of ${symbol}, ${span}: first ${close[0]}, last ${close.at(-1)}. The background is coloured by each day's risk class.`,
})}
${chartFrame('volatility', {
  title: 'Volatility',
  key: riskKey(),
  description: `Rolling standard deviation of daily returns, ${span}. Below ${percent(thresholds[0])} the risk is Low, from ${percent(thresholds[1])} High.`,
})}
${chartFrame('returns', {
  title: 'Next-day return, walk-forward',
  key: returnsKey(),
  description: `Actual and predicted next-day returns of ${walkForward.dates.length} days that the models had not seen.`,
})}
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
