// @ts-check
/** @import uPlot from 'uplot' */
/** The time series charts of the page and of the report, drawn by uPlot on a canvas in the page's colours. */
import { day, percent, riskNames, signedPercent } from './format.js';

/** @typedef {{chart: uPlot, element: HTMLElement, height: number}} Drawn */

/** @type {Drawn[]} */
const drawn = [];

/** uPlot's own file is a plain script, so that the report can inline it; it leaves one global. */
const Plot = /** @type {{uPlot: typeof uPlot}} */ (/** @type {unknown} */ (globalThis)).uPlot;

/** A custom property of the page, read whenever a chart paints: it follows dark mode and printing. */
const colour = (/** @type {string} */ name) =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const riskColours = ['low', 'medium', 'high'];

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
 * @param {HTMLElement} element
 * @param {Series} series
 */
export function priceChart(element, { dates, close, volatility, risk }) {
  const read = (/** @type {number} */ i) =>
    `${day(dates[i] ?? '')}: close ${close[i]?.toFixed(2)}, ${riskText(risk[i], volatility[i])}`;
  draw(element, 280, read, [seconds(dates), [...close]], {
    series: [{}, { stroke: () => colour('ink'), width: 1.5, points: { show: false } }],
    axes: [timeAxis(), valueAxis(value => String(value))],
    hooks: { drawClear: [chart => paintRisk(chart, risk)] },
  });
}

/**
 * Volatility over the same background, with the thresholds that part the classes.
 * @param {HTMLElement} element
 * @param {Series} series
 * @param {readonly [number, number]} thresholds
 */
export function volatilityChart(element, { dates, volatility, risk }, thresholds) {
  const read = (/** @type {number} */ i) => `${day(dates[i] ?? '')}: ${riskText(risk[i], volatility[i])}`;
  const line = (/** @type {number} */ threshold) => dates.map(() => threshold);
  draw(element, 180, read, [seconds(dates), [...volatility], ...thresholds.map(line)], {
    series: [
      {},
      { stroke: () => colour('ink'), width: 1.5, points: { show: false } },
      ...thresholds.map(() => reference()),
    ],
    axes: [timeAxis(), valueAxis(value => percent(value, 1))],
    hooks: { drawClear: [chart => paintRisk(chart, risk)] },
  });
}

/**
 * Returns as they came true and as they were predicted, with the mean predictor.
 * @param {HTMLElement} element
 * @param {{dates: readonly string[], actual: readonly number[], predicted: readonly number[], mean: readonly number[]}} series
 */
export function returnsChart(element, { dates, actual, predicted, mean }) {
  const read = (/** @type {number} */ i) =>
    `${day(dates[i] ?? '')}, about the next day: predicted ${signedPercent(predicted[i] ?? 0)}, mean ${signedPercent(mean[i] ?? 0)}, came true ${signedPercent(actual[i] ?? 0)}`;
  draw(element, 240, read, [seconds(dates), [...actual], [...mean], [...predicted]], {
    series: [
      {},
      { stroke: () => colour('actual'), width: 1, points: { show: false } },
      reference(),
      { stroke: () => colour('model'), width: 2, points: { show: false } },
    ],
    axes: [timeAxis(), valueAxis(value => percent(value, 1))],
  });
}

/**
 * Predicted returns of a file's rows over a background of the predicted risk classes.
 * @param {HTMLElement} element
 * @param {{labels: readonly string[], lines: readonly number[], dates: readonly string[] | null, predicted: readonly number[], risk: readonly number[]}} series
 *   `dates` is null where the file has none: then the rows' line numbers run along the axis
 */
export function batchChart(element, { labels, lines, dates, predicted, risk }) {
  const read = (/** @type {number} */ i) =>
    `${labels[i]}: predicted ${signedPercent(predicted[i] ?? 0, 3)}, ${riskNames[risk[i] ?? 0]} risk`;
  draw(element, 240, read, [dates ? seconds(dates) : [...lines], [...predicted]], {
    scales: { x: { time: dates !== null } },
    series: [{}, { stroke: () => colour('model'), width: 1.5, points: { show: false } }],
    axes: [timeAxis(), valueAxis(value => percent(value, 2))],
    hooks: { drawClear: [chart => paintRisk(chart, risk)] },
  });
}

/** Makes the buttons inside `element` choose how much of the series every chart in it shows. @param {Node & ParentNode} element */
export function connectRanges(element) {
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (element.querySelectorAll('.ranges button'));
  for (const button of buttons) {
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      const shown = drawn.filter(({ element: canvas }) => element.contains(canvas));
      showLast(shown, Number(button.dataset.days || Number.POSITIVE_INFINITY));
    });
  }
}

/** Shows the last `days` calendar days. @param {readonly Drawn[]} shown @param {number} days */
function showLast(shown, days) {
  for (const { chart } of shown) {
    const times = chart.data[0];
    const max = times.at(-1) ?? 0;
    chart.setScale('x', { min: Math.max(times[0] ?? 0, max - days * 86_400), max });
  }
}

/** @param {number | null | undefined} risk @param {number | null | undefined} volatility */
function riskText(risk, volatility) {
  if (risk == null || volatility == null) return 'volatility not known yet';
  return `volatility ${percent(volatility)} a day, ${riskNames[risk]} risk`;
}

/** A dashed line to compare with. @returns {uPlot.Series} */
function reference() {
  return { stroke: () => colour('muted'), width: 1, dash: [5, 4], points: { show: false } };
}

/** @returns {uPlot.Axis} */
function axis() {
  return {
    stroke: () => colour('muted'),
    font: '12px system-ui, sans-serif',
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { show: false },
  };
}

/** @returns {uPlot.Axis} */
function timeAxis() {
  return { ...axis(), space: 70, size: 46 };
}

/** @param {(value: number) => string} format @returns {uPlot.Axis} */
function valueAxis(format) {
  return { ...axis(), size: 54, space: 36, values: (_, splits) => splits.map(format) };
}

/**
 * Colours the background day by day, with a stronger strip along the bottom.
 * @param {uPlot} chart
 * @param {Series['risk']} risk
 */
function paintRisk(chart, risk) {
  const { ctx, bbox } = chart;
  const times = chart.data[0];
  const strip = 5 * devicePixelRatio;
  // Whole pixels, or neighbours would blend into a darker line where they meet.
  const edge = (/** @type {number} */ i) =>
    Math.round(chart.valToPos(times[Math.min(i, times.length - 1)] ?? 0, 'x', true));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (let start = 0, end = 0; start < risk.length; start = end) {
    while (end < risk.length && risk[end] === risk[start]) end++;
    const level = risk[start];
    if (level == null) continue;
    ctx.fillStyle = colour(riskColours[level] ?? '');
    const [left, right] = [edge(start), edge(end)];
    ctx.globalAlpha = 0.16;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.globalAlpha = 0.9;
    ctx.fillRect(left, bbox.top + bbox.height - strip, right - left, strip);
  }
  ctx.restore();
}

/**
 * Draws into `element`, which has a `.canvas` for the chart and an `output` for the values under the cursor.
 *
 * @param {HTMLElement} element
 * @param {number} height in CSS pixels
 * @param {(index: number) => string} read the values of one day in words
 * @param {uPlot.AlignedData} data
 * @param {Pick<uPlot.Options, 'scales' | 'series' | 'axes' | 'hooks'>} options
 */
function draw(element, height, read, data, options) {
  const canvas = /** @type {HTMLElement} */ (element.querySelector('.canvas'));
  const output = element.querySelector('output');
  const say = (/** @type {uPlot} */ chart) => {
    if (output) output.textContent = read(chart.cursor.idx ?? data[0].length - 1);
  };
  const chart = new Plot(
    {
      ...options,
      width: Math.max(200, canvas.clientWidth),
      height,
      padding: [10, 18, 0, 0],
      legend: { show: false },
      tzDate: time => Plot.tzDate(new Date(time * 1000), 'UTC'),
      cursor: { ...(options.scales ? {} : { sync: { key: 'days' } }), points: { size: 7 }, y: false },
      hooks: { ...options.hooks, ready: [say], setCursor: [say] },
    },
    data,
    canvas,
  );
  drawn.push({ chart, element: canvas, height });
  new ResizeObserver(() => fitWidth({ chart, element: canvas, height })).observe(canvas);
}

/** @param {Drawn} drawing */
function fitWidth({ chart, element, height }) {
  if (element.clientWidth > 0 && element.clientWidth !== chart.width) {
    chart.setSize({ width: element.clientWidth, height });
  }
}

/** Removes the charts inside `element`, before it is filled anew. @param {HTMLElement} element */
export function clearCharts(element) {
  for (let i = drawn.length - 1; i >= 0; i--) {
    const drawing = /** @type {Drawn} */ (drawn[i]);
    if (!element.contains(drawing.element)) continue;
    drawing.chart.destroy();
    drawn.splice(i, 1);
  }
}

function repaint() {
  for (const { chart } of drawn) chart.redraw(false, false);
}

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', repaint);
// Paper is light and narrow whatever the screen is.
addEventListener('beforeprint', () => {
  document.documentElement.dataset.printing = 'yes';
  for (const { chart, height } of drawn) chart.setSize({ width: 660, height });
  repaint();
});
addEventListener('afterprint', () => {
  delete document.documentElement.dataset.printing;
  drawn.forEach(fitWidth);
  repaint();
});
