// @ts-check
/** @import uPlot from 'uplot' */
/** The axes of charts: round numbers and days, labelled as everywhere else on the page. */
import { count, digitsOf } from '../format.js';
import { colour } from './colour.js';
import { daySeconds, monthSeconds, timeLabels, yearSeconds } from './time-labels.js';

const font = '12px system-ui, sans-serif';

/** Steps between ticks; uPlot takes those of 30 and 365 days as whole months and years. */
const steps = [
  ...[1, 2, 3, 5, 7, 10, 15].map(days => days * daySeconds),
  ...[1, 2, 3, 4, 6].map(months => months * monthSeconds),
  ...[1, 2, 5, 10, 25, 50, 100].map(years => years * yearSeconds),
];

/** @returns {uPlot.Axis} */
export function timeAxis() {
  return {
    ...acrossAxis(),
    incrs: steps,
    values: (_, splits, _axis, _space, step) => timeLabels(splits, step),
  };
}

/** Of the lines of a file. @returns {uPlot.Axis} */
export function lineAxis() {
  return {
    ...acrossAxis(),
    label: 'line of the file',
    labelFont: font,
    labelSize: 20,
    size: 26,
    incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5],
    values: (_, splits) => splits.map(count),
  };
}

/**
 * @param {(value: number, digits: number) => string} format `digits` is the number of decimals that distinguishes the ticks
 * @param {number} [scale] of the figures shown: 100 where they are percent
 * @returns {uPlot.Axis}
 */
export function valueAxis(format, scale = 1) {
  return {
    ...axis(),
    size: labelWidth,
    space: 36,
    values: (_, splits, _axis, _space, step) => splits.map(value => format(value, digitsOf(step * scale))),
  };
}

/** @returns {uPlot.Axis} */
function axis() {
  return {
    stroke: () => colour('muted'),
    font,
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { show: false },
  };
}

/** @returns {uPlot.Axis} */
function acrossAxis() {
  return { ...axis(), space: 70, size: 46 };
}

/**
 * The same for all charts, unless the labels need more.
 * @param {uPlot} chart
 * @param {readonly string[] | null} labels null before there are any
 */
function labelWidth({ ctx }, labels) {
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  const widths = (labels ?? []).map(label => ctx.measureText(label).width / devicePixelRatio);
  return Math.ceil(Math.max(54, ...widths.map(width => width + 12)));
}
