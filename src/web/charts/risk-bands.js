// @ts-check
/** @import uPlot from 'uplot' */
import { bandStart, bandsOf } from './bands.js';
import { colour } from './colour.js';

const names = ['low', 'medium', 'high'];

/**
 * Colours a chart's background by each day's class, with a stronger strip along the bottom. A day's band reaches
 * half-way to its neighbours.
 * @param {uPlot} chart
 * @param {readonly (number | null)[]} risk
 */
export function paintRisk(chart, risk) {
  const { ctx, bbox } = chart;
  const times = chart.data[0];
  const strip = 5 * devicePixelRatio;
  // Whole pixels, or neighbours would blend into a darker line where they meet.
  const edge = (/** @type {number} */ i) => Math.round(chart.valToPos(bandStart(times, i), 'x', true));
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const { level, start, end } of bandsOf(risk)) {
    ctx.fillStyle = colour(names[level] ?? '');
    const [left, right] = [edge(start), edge(end)];
    ctx.globalAlpha = 0.16;
    ctx.fillRect(left, bbox.top, right - left, bbox.height);
    ctx.globalAlpha = 0.9;
    ctx.fillRect(left, bbox.top + bbox.height - strip, right - left, strip);
  }
  ctx.restore();
}
