// @ts-check
/** @import uPlot from 'uplot' */
/** A chart's values by keyboard and screen reader: a slider along its days whose value is a day's reading. */
import { indexAfter } from './slider-keys.js';

/**
 * @param {HTMLElement} element what the chart is in
 * @param {() => uPlot} chartOf
 */
export function connectKeys(element, chartOf) {
  element.setAttribute('role', 'slider');
  element.tabIndex = 0;
  element.setAttribute('aria-label', `${element.getAttribute('aria-label')} Arrow keys read it out.`);
  element.addEventListener('keydown', event => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const chart = chartOf();
    const ends = shownEnds(chart);
    const index = indexAfter(event.key, chart.cursor.idx ?? ends[1], ends);
    if (index === null) return;
    event.preventDefault();
    chart.setCursor({ left: chart.valToPos(chart.data[0][index] ?? 0, 'x'), top: 0 });
  });
  element.addEventListener('blur', () => chartOf().setCursor({ left: -10, top: -10 }));
}

/**
 * Says which day is read and what it says.
 * @param {HTMLElement} element
 * @param {uPlot} chart
 * @param {number} index
 * @param {string} reading
 */
export function sayValue(element, chart, index, reading) {
  const [first, last] = shownEnds(chart);
  element.setAttribute('aria-valuemin', String(first));
  element.setAttribute('aria-valuemax', String(last));
  element.setAttribute('aria-valuenow', String(index));
  element.setAttribute('aria-valuetext', reading);
}

/** @param {uPlot} chart @returns {readonly [number, number]} */
export function shownEnds(chart) {
  const [first, last] = chart.series[0]?.idxs ?? [0, chart.data[0].length - 1];
  return [first, last];
}
