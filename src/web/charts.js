// @ts-check
/** @import uPlot from 'uplot' */
/** The time series charts of the page and of the report, on a canvas in the page's colours. */
import { lineAxis, timeAxis, valueAxis } from './charts/axes.js';
import { colour } from './charts/colour.js';
import { draw } from './charts/plot.js';
import { paintRisk } from './charts/risk-bands.js';
import { day, decimal, percent, price, riskNames, signedPercent } from './format.js';

/** Midnight UTC in seconds, uPlot's unit. @param {readonly string[]} dates `YYYY-MM-DD` */
const seconds = dates => dates.map(date => Date.parse(date) / 1000);

/**
 * @typedef {object} Series
 * @property {readonly string[]} dates
 * @property {readonly number[]} close
 * @property {readonly (number | null)[]} volatility
 * @property {readonly (number | null)[]} risk
 */

/**
 * Closing prices over a background of each day's risk class.
 * @param {HTMLElement} frame
 * @param {Series} series
 */
export function priceChart(frame, { dates, close, volatility, risk }) {
  const read = (/** @type {number} */ i) =>
    `${day(dates[i] ?? '')}: close ${price(close[i] ?? 0)}, ${riskText(risk[i], volatility[i])}`;
  draw(frame, 280, read, [seconds(dates), [...close]], {
    series: [{}, line('ink', 1.5)],
    axes: [timeAxis(), valueAxis(decimal)],
    hooks: { drawClear: [chart => paintRisk(chart, risk)] },
  });
}

/**
 * Volatility over the same background, with the thresholds that part the classes.
 * @param {HTMLElement} frame
 * @param {Series} series
 * @param {readonly [number, number]} thresholds
 */
export function volatilityChart(frame, { dates, volatility, risk }, thresholds) {
  const read = (/** @type {number} */ i) => `${day(dates[i] ?? '')}: ${riskText(risk[i], volatility[i])}`;
  const level = (/** @type {number} */ threshold) => dates.map(() => threshold);
  draw(frame, 180, read, [seconds(dates), [...volatility], ...thresholds.map(level)], {
    series: [{}, line('ink', 1.5), ...thresholds.map(() => reference())],
    axes: [timeAxis(), percentAxis()],
    hooks: { drawClear: [chart => paintRisk(chart, risk)] },
  });
}

/**
 * Returns as they came true and as they were predicted, with the mean predictor.
 * @param {HTMLElement} frame
 * @param {{dates: readonly string[], actual: readonly number[], predicted: readonly number[], mean: readonly number[]}} series
 */
export function returnsChart(frame, { dates, actual, predicted, mean }) {
  const read = (/** @type {number} */ i) =>
    `${day(dates[i] ?? '')}, about the next day: predicted ${signedPercent(predicted[i] ?? 0)}, mean ${signedPercent(mean[i] ?? 0)}, came true ${signedPercent(actual[i] ?? 0)}`;
  draw(frame, 240, read, [seconds(dates), [...actual], [...mean], [...predicted]], {
    series: [{}, line('actual', 1), reference(), line('model', 2)],
    axes: [timeAxis(), percentAxis()],
  });
}

/**
 * Predicted returns of a file's rows over a background of the predicted risk classes.
 * @param {HTMLElement} frame
 * @param {{labels: readonly string[], lines: readonly number[], dates: readonly string[] | null, predicted: readonly number[], risk: readonly number[]}} series
 *   `dates` is null where the file has none: then the rows' line numbers run along the axis
 */
export function batchChart(frame, { labels, lines, dates, predicted, risk }) {
  const read = (/** @type {number} */ i) =>
    `${labels[i]}: predicted ${signedPercent(predicted[i] ?? 0, 3)}, ${riskNames[risk[i] ?? 0]} risk`;
  draw(frame, 240, read, [dates ? seconds(dates) : [...lines], [...predicted]], {
    scales: { x: { time: dates !== null } },
    series: [{}, line('model', 1.5)],
    axes: [dates ? timeAxis() : lineAxis(), percentAxis()],
    hooks: { drawClear: [chart => paintRisk(chart, risk)] },
  });
}

/** @param {number | null | undefined} risk @param {number | null | undefined} volatility */
function riskText(risk, volatility) {
  if (risk == null || volatility == null) return 'volatility not known yet';
  return `volatility ${percent(volatility)} a day, ${riskNames[risk]} risk`;
}

/** @param {string} name of its colour @param {number} width @returns {uPlot.Series} */
function line(name, width) {
  return { stroke: () => colour(name), width, points: { show: false } };
}

/** A dashed line to compare with. @returns {uPlot.Series} */
function reference() {
  return { ...line('muted', 1), dash: [5, 4] };
}

function percentAxis() {
  return valueAxis(percent, 100);
}
