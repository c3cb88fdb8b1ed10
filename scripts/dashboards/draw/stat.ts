/** One figure a series, large, in the colour of its threshold; behind it its course. */
import { type Html, html } from '../../../src/web/html.js';
import type { CollectedPanel } from '../collect.ts';
import { valueColour } from '../colours.ts';
import { textOf } from '../fields.ts';
import type { Series } from '../prometheus.ts';
import { emptyText, greatestOf, lastOf, type NamedSeries, namedSeries } from './series.ts';

export function drawStat(collected: CollectedPanel): Html {
  const { panel } = collected;
  const all = namedSeries(collected);
  if (all.length === 0)
    return html`<div class="stat"><b style="color: #ccccdc">${emptyText(panel)}</b></div>`;
  return html`<div class="stat">${all.map(series => figure(series, panel.options.graphMode === 'area'))}</div>`;
}

function figure({ field, values }: NamedSeries, withCourse: boolean): Html {
  const value = lastOf(values);
  const colour = value === null ? '#ccccdc' : valueColour(field, value);
  const course = withCourse ? drawCourse(values, colour) : html``;
  return html`${course}<b style="color: ${colour}">${textOf(field, value)}</b>`;
}

function drawCourse(values: Series['values'], colour: string): Html {
  const most = greatestOf(values) || 1;
  const points = values.flatMap((value, i) =>
    value === null ? [] : [`${i},${(1 - value / most).toFixed(4)}`],
  );
  const last = values.length - 1;
  return html`<svg class="course" viewBox="0 -0.05 ${last} 1.05" preserveAspectRatio="none">
<polygon points="0,1 ${points.join(' ')} ${last},1" fill="${colour}" opacity="0.2"/></svg>`;
}
