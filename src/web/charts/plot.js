// @ts-check
/** @import uPlot from 'uplot' */
/** Drawing with uPlot: frames, sizes, the reading under the cursor, the time shown, printing. */
import { connectKeys, setAriaValue, shownEnds } from './keys.js';

/** @typedef {{chart: uPlot, element: HTMLElement, height: number, observer: ResizeObserver}} Drawn */

/** @type {Drawn[]} */
const drawn = [];

/** uPlot's own file is a plain script, so that the report can inline it; it leaves one global. */
const Plot = /** @type {{uPlot: typeof uPlot}} */ (/** @type {unknown} */ (globalThis)).uPlot;

/**
 * Draws into `frame`, which has a `.canvas` for the chart and an `output` for the values under the cursor.
 *
 * @param {HTMLElement} frame
 * @param {number} height in CSS pixels
 * @param {(index: number) => string} read the values of one day in words
 * @param {uPlot.AlignedData} data
 * @param {Pick<uPlot.Options, 'scales' | 'series' | 'axes' | 'hooks'>} options
 */
export function draw(frame, height, read, data, options) {
  const element = /** @type {HTMLElement} */ (frame.querySelector('.canvas'));
  const output = frame.querySelector('output');
  const say = (/** @type {uPlot} */ chart) => {
    const index = chart.cursor.idx ?? shownEnds(chart)[1];
    const reading = read(index);
    if (output) output.textContent = reading;
    setAriaValue(element, chart, index, reading);
  };
  const chart = new Plot(
    {
      ...options,
      width: Math.max(200, element.clientWidth),
      height,
      padding: [10, 18, 0, 0],
      legend: { show: false },
      tzDate: time => Plot.tzDate(new Date(time * 1000), 'UTC'),
      cursor: {
        ...(options.scales ? {} : { sync: { key: 'days' } }),
        points: { size: ({ series }, i) => (series[i]?.dash ? 0 : 7) },
        y: false,
        // The buttons choose the time shown, and say which.
        drag: { x: false, y: false },
        bind: { dblclick: () => null },
      },
      hooks: { ...options.hooks, draw: [say], setCursor: [say] },
    },
    data,
    element,
  );
  const observer = new ResizeObserver(() => fitWidth({ chart, element, height }));
  observer.observe(element);
  drawn.push({ chart, element, height, observer });
  connectKeys(element, () => chart);
}

/** Makes the buttons inside `part` choose how much of the series every chart in it shows. @param {Node & ParentNode} part */
export function connectRanges(part) {
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (part.querySelectorAll('.ranges button'));
  for (const button of buttons) {
    button.addEventListener('click', () => {
      for (const other of buttons) other.setAttribute('aria-pressed', String(other === button));
      const shown = drawn.filter(({ element }) => part.contains(element));
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

/** @param {Pick<Drawn, 'chart' | 'element' | 'height'>} drawing */
function fitWidth({ chart, element, height }) {
  if (element.clientWidth > 0 && element.clientWidth !== chart.width) {
    chart.setSize({ width: element.clientWidth, height });
  }
}

/** Removes the charts inside `part`, before it is filled again. @param {HTMLElement} part */
export function clearCharts(part) {
  for (let i = drawn.length - 1; i >= 0; i--) {
    const { chart, element, observer } = /** @type {Drawn} */ (drawn[i]);
    if (!part.contains(element)) continue;
    observer.disconnect();
    chart.destroy();
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
