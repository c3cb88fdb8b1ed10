/** One bar a series, in the colour and with the words of each state. */
import { type Html, html } from '../../../src/web/html.js';
import type { CollectedPanel } from '../collect.ts';
import { valueColour } from '../colours.ts';
import { textOf } from '../fields.ts';
import type { Series } from '../prometheus.ts';
import { emptyText, type NamedSeries, namedSeries } from './series.ts';
import { drawTimeAxis } from './time-axis.ts';

export function drawTimeline(collected: CollectedPanel): Html {
  const all = namedSeries(collected);
  if (all.length === 0) return html`<div class="empty">${emptyText(collected.panel)}</div>`;
  return html`<div class="timeline">${all.map(drawBar)}<div class="name"></div>${drawTimeAxis(collected.range)}</div>`;
}

function drawBar({ name, field, values }: NamedSeries): Html {
  const percent = (points: number) => `${((points / values.length) * 100).toFixed(3)}%`;
  const pieces = statesOf(values).map(({ value, from, to }) => {
    const style = `left: ${percent(from)}; width: ${percent(to - from)}; background: ${valueColour(field, value)}`;
    return html`<span style="${style}">${textOf(field, value)}</span>`;
  });
  return html`<div class="name">${name}</div><div class="bar">${pieces}</div>`;
}

interface State {
  readonly value: number;
  readonly from: number;
  /** The first point after it. */
  readonly to: number;
}

/** Equal values side by side as one; points without a value leave a gap. */
function statesOf(values: Series['values']): State[] {
  const states: State[] = [];
  values.forEach((value, i) => {
    if (value === null) return;
    const last = states.at(-1);
    if (last?.to === i && last.value === value) states[states.length - 1] = { ...last, to: i + 1 };
    else states.push({ value, from: i, to: i + 1 });
  });
  return states;
}
