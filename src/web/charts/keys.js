// @ts-check
/** @import uPlot from 'uplot' */
/** Makes a chart accessible by keyboard and screen reader: a slider that selects a day and announces its values. */
import { indexAfter } from './slider-keys.js';

/**
 * @param {HTMLElement} element what the chart is in
 * @param {() => uPlot} chartOf
 */
export function connectKeys(element, chartOf) {
  element.setAttribute('role', 'slider');
  element.tabIndex = 0;
  element.setAttribute('aria-label', `${element.getAttribute('aria-label')} Arrow keys select a day.`);
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
 * Sets the ARIA value of the slider: the selected day and its values as text.
 * @param {HTMLElement} element
 * @param {uPlot} chart
 * @param {number} index
 * @param {string} reading
 */
export function setAriaValue(element, chart, index, reading) {
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
