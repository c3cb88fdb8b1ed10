/** The times under what is drawn without uPlot. UTC. */
import { type Html, html } from '../../../src/web/html.js';
import type { TimeRange } from '../prometheus.ts';
import { stepOf } from '../time.ts';

const ticks = 8;

export function drawTimeAxis({ start, end }: TimeRange): Html {
  const step = stepOf(end - start, ticks, 60);
  const times: number[] = [];
  for (let time = Math.ceil(start / step) * step; time <= end; time += step) times.push(time);
  const label = (time: number) => {
    const iso = new Date(time * 1000).toISOString();
    return step >= 86_400 ? iso.slice(5, 10) : iso.slice(11, 16);
  };
  const place = (time: number) => (((time - start) / (end - start)) * 100).toFixed(2);
  return html`<div class="times">${times.map(time => html`<span style="left: ${place(time)}%">${label(time)}</span>`)}</div>`;
}
