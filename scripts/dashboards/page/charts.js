// @ts-check
/** @import uPlot from 'uplot' */
/** Draws every chart of the page with uPlot, from the JSON beside it. */
import { formatted } from './units.js';

/**
 * @typedef {object} DrawnSeries
 * @property {string} colour
 * @property {boolean} stacked
 * @property {'line' | 'bars' | 'points'} kind
 * @property {boolean} stepped
 * @property {number} width
 * @property {number[]} dash
 * @property {number} fill opacity
 * @property {boolean} isolated whether a point without neighbours is shown
 * @property {number} pointSize
 * @property {(number | null)[]} values
 */

/** @typedef {{from: number | null, to: number | null, colour: string, area: string, dash: number[]}} Threshold */

/**
 * @typedef {object} Chart
 * @property {number} start seconds
 * @property {number} step
 * @property {string} unit
 * @property {number} [decimals]
 * @property {number} [min]
 * @property {number} [max]
 * @property {number} [softMin]
 * @property {number} [softMax]
 * @property {Threshold[]} thresholds
 * @property {{time: number, text: string}[]} marks
 * @property {DrawnSeries[]} series
 */

/** uPlot's own file is a plain script; it leaves one global. */
const Plot = /** @type {{uPlot: typeof uPlot}} */ (/** @type {unknown} */ (globalThis)).uPlot;

const background = '#181b1f';

/** Steps between ticks where not any round number will do. */
const steps = {
  bytes: Array.from({ length: 50 }, (_, i) => 2 ** i),
  whole: [1, 2, 5]
    .flatMap(digit => Array.from({ length: 12 }, (_, i) => digit * 10 ** i))
    .sort((a, b) => a - b),
};

const axis = { stroke: '#9fa7b3', font: '12px system-ui, sans-serif', ticks: { show: false } };
const grid = { stroke: 'rgba(204, 204, 220, 0.07)', width: 1 };

for (const element of document.querySelectorAll('.chart')) {
  draw(/** @type {HTMLElement} */ (element), JSON.parse(element.nextElementSibling?.textContent ?? ''));
}

/** @param {HTMLElement} element @param {Chart} chart */
function draw(element, chart) {
  const points = chart.series[0]?.values.length ?? 0;
  const times = Array.from({ length: points }, (_, i) => chart.start + i * chart.step);
  new Plot(
    {
      width: element.clientWidth,
      height: element.clientHeight,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      tzDate: time => Plot.tzDate(new Date(time * 1000), 'UTC'),
      scales: { x: { range: () => [chart.start, times.at(-1) ?? 0] }, y: { range: yRange(chart) } },
      series: [{}, ...chart.series.map(seriesOptions)],
      axes: [
        {
          ...axis,
          grid,
          size: 24,
          space: 80,
          values: (_, splits, _axis, _space, step) => splits.map(t => timeLabel(t, step)),
        },
        {
          ...axis,
          grid,
          size: labelWidth,
          space: 28,
          ...incrementsOf(chart),
          values: (_, splits) => splits.map(value => label(value, chart)),
        },
      ],
      hooks: {
        drawAxes: [plot => drawThresholds(plot, chart)],
        draw: [plot => drawMarks(plot, chart)],
      },
    },
    [times, ...chart.series.map(({ values }) => values)],
    element,
  );
}

/** @param {Chart} chart @returns {Pick<uPlot.Axis, 'incrs'>} */
function incrementsOf({ unit, decimals }) {
  if (unit === 'bytes') return { incrs: steps.bytes };
  return unit === 'none' && decimals === 0 ? { incrs: steps.whole } : {};
}

/** @param {DrawnSeries} series @returns {uPlot.Series} */
function seriesOptions({ colour, stacked, kind, stepped, width, dash, fill, isolated, pointSize, values }) {
  const { bars, stepped: stairs } = Plot.paths;
  const area = stacked
    ? `color-mix(in srgb, ${colour} ${fill * 100}%, ${background})`
    : `color-mix(in srgb, ${colour} ${fill * 100}%, transparent)`;
  /** @type {uPlot.Series} */
  const options = { stroke: colour, width, dash, points: { show: false } };
  if (fill > 0) options.fill = area;
  if (kind === 'bars') options.paths = bars?.({ size: [0.8, 40], align: 1 });
  else if (stepped) options.paths = stairs?.({ align: 1 });
  if (kind === 'points') {
    return { ...options, paths: () => null, points: { show: true, size: pointSize, fill: colour } };
  }
  if (kind === 'line' && isolated) {
    const alone = values.flatMap((value, i) =>
      value !== null && values[i - 1] == null && values[i + 1] == null ? i : [],
    );
    options.points = { show: alone.length > 0, filter: () => alone, size: pointSize, fill: colour };
  }
  return options;
}

/** @param {Chart} chart @returns {uPlot.Range.Function} */
function yRange({ min, max, softMin, softMax }) {
  return (_, low, high) => {
    const least = Math.min(low ?? 0, softMin ?? Number.POSITIVE_INFINITY);
    const most = Math.max(high ?? 1, softMax ?? Number.NEGATIVE_INFINITY);
    const [from, to] = Plot.rangeNum(least, most === least ? least + 1 : most, 0.1, false);
    return [min ?? from, max ?? to];
  };
}

/** Without zeros that say nothing. @param {number} value @param {Chart} chart */
function label(value, { unit, decimals }) {
  const text = formatted(Number(value.toPrecision(12)), unit, value === 0 ? 0 : decimals);
  return decimals === undefined ? text.replace(/(\.\d*?)0+(?=\D|$)/, '$1').replace(/\.(?=\D|$)/, '') : text;
}

/** @param {number} time @param {number} step seconds between labels */
function timeLabel(time, step) {
  const iso = new Date(time * 1000).toISOString();
  return step >= 43_200 ? iso.slice(5, 10) : iso.slice(11, 16);
}

/** @param {uPlot} plot @param {readonly string[] | null} labels */
function labelWidth({ ctx }, labels) {
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  const widths = (labels ?? []).map(text => ctx.measureText(text).width / devicePixelRatio);
  return Math.ceil(Math.max(24, ...widths) + 12);
}

/** @param {uPlot} plot @param {Chart} chart */
function drawThresholds(plot, { thresholds }) {
  for (const threshold of thresholds) drawThreshold(plot, threshold);
}

/** @param {uPlot} plot @param {Threshold} threshold */
function drawThreshold({ ctx, bbox, valToPos }, { from, to, colour, area, dash }) {
  const bottom = bbox.top + bbox.height;
  const clamp = (/** @type {number} */ y) => Math.min(bottom, Math.max(bbox.top, y));
  const low = from === null ? bottom : clamp(valToPos(from, 'y', true));
  const high = to === null ? bbox.top : clamp(valToPos(to, 'y', true));
  ctx.save();
  ctx.globalAlpha = 0.12;
  ctx.fillStyle = area;
  ctx.fillRect(bbox.left, high, bbox.width, low - high);
  if (from !== null && low > bbox.top && low < bottom) {
    ctx.globalAlpha = 0.8;
    line(ctx, bbox.left, low, bbox.left + bbox.width, low, colour, dash);
  }
  ctx.restore();
}

/** @param {uPlot} plot @param {Chart} chart */
function drawMarks({ ctx, bbox, valToPos }, { marks }) {
  const bottom = bbox.top + bbox.height;
  for (const { time } of marks) {
    const x = valToPos(time, 'x', true);
    line(ctx, x, bbox.top, x, bottom, '#b877d9', [4, 4]);
    ctx.fillStyle = '#b877d9';
    ctx.beginPath();
    ctx.moveTo(x - 5, bottom + 7);
    ctx.lineTo(x + 5, bottom + 7);
    ctx.lineTo(x, bottom);
    ctx.fill();
  }
}

/**
 * @param {CanvasRenderingContext2D} ctx
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 * @param {string} colour
 * @param {number[]} dash
 */
function line(ctx, x1, y1, x2, y2, colour, dash) {
  ctx.strokeStyle = colour;
  ctx.lineWidth = 1.5;
  ctx.setLineDash(dash);
  ctx.beginPath();
  ctx.moveTo(x1, y1);
  ctx.lineTo(x2, y2);
  ctx.stroke();
}
