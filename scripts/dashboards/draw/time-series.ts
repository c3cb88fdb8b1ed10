/** A chart and its legend: the chart as data for page/charts.js, which draws it in the browser. */
import { embedJson } from '../../../src/report/data.ts';
import { Html, html } from '../../../src/web/html.js';
import type { Field, Panel } from '../../../test/monitoring/dashboard-schema.ts';
import type { CollectedPanel, Mark } from '../collect.ts';
import { colourOf } from '../colours.ts';
import { textOf } from '../fields.ts';
import type { Series } from '../prometheus.ts';
import { emptyText, greatestOf, lastOf, type NamedSeries, namedSeries } from './series.ts';

const calculations = {
  lastNotNull: { title: 'Last *', of: lastOf },
  max: { title: 'Max', of: greatestOf },
} as const;

export function drawTimeSeries(collected: CollectedPanel, marks: readonly Mark[]): Html {
  const { panel, range } = collected;
  const all = namedSeries(collected);
  if (all.length === 0) return html`<div class="empty">${emptyText(panel)}</div>`;
  const { unit = 'none', decimals, min, max, custom = {} } = panel.fieldConfig.defaults;
  const chart = {
    start: range.start,
    step: range.step,
    unit,
    decimals,
    min,
    max,
    softMin: custom.axisSoftMin,
    softMax: custom.axisSoftMax,
    thresholds: thresholdsOf(panel.fieldConfig.defaults),
    marks,
    series: drawnSeries(all),
  };
  const placement = panel.options.legend?.placement ?? 'bottom';
  return html`<div class="time-series ${placement}"><div class="chart"></div>
<script type="application/json">${new Html(embedJson(chart))}</script>${drawLegend(panel, all)}</div>`;
}

/** Stacked ones lie on the sum of those before; the highest is drawn first, so that each covers only its own part. */
function drawnSeries(all: readonly NamedSeries[]) {
  const below: number[] = [];
  const drawn = all.map(({ field, colour, values }) => {
    const { custom = {} } = field;
    const stacked = custom.stacking?.mode === 'normal';
    return {
      colour,
      stacked,
      kind: custom.drawStyle ?? 'line',
      stepped: custom.lineInterpolation === 'stepAfter',
      width: custom.lineWidth ?? 1,
      dash: custom.lineStyle?.dash ?? [],
      fill: (custom.fillOpacity ?? 0) / 100,
      isolated: custom.showPoints !== 'never',
      pointSize: custom.pointSize ?? 5,
      values: values.map((value, i) => {
        if (!stacked || value === null) return short(value);
        below[i] = (below[i] ?? 0) + value;
        return short(below[i]);
      }),
    };
  });
  return drawn.some(({ stacked }) => stacked) ? drawn.reverse() : drawn;
}

/** As many digits as a chart can show. */
function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}

/** Lines at the values, and where the style says so the areas above them, up to the next. */
function thresholdsOf({ thresholds, custom }: Field) {
  const mode = custom?.thresholdsStyle?.mode ?? 'off';
  if (mode === 'off' || thresholds === undefined) return [];
  return thresholds.steps.map(({ color, value }, i) => {
    // The lowest step has no value, and its line would lie at minus infinity: the next one's is in its colour.
    const line = i === 1 && color === 'transparent' ? thresholds.steps[0]!.color : color;
    return {
      from: value,
      to: thresholds.steps[i + 1]?.value ?? null,
      colour: colourOf(line),
      area: mode.includes('area') ? colourOf(color) : 'transparent',
      dash: mode === 'dashed' ? [8, 6] : [],
    };
  });
}

function drawLegend({ options }: Panel, series: readonly NamedSeries[]): Html {
  const all = series.filter(({ field }) => field.custom?.hideFrom?.legend !== true);
  const { displayMode = 'list', calcs = [] } = options.legend ?? {};
  if (displayMode === 'list') {
    return html`<ul class="legend">${all.map(({ name, colour }) => html`<li>${key(colour)}${name}</li>`)}</ul>`;
  }
  const figures = ({ field, values }: { readonly field: Field; readonly values: Series['values'] }) =>
    calcs.map(
      calc =>
        html`<td class="number">${textOf({ ...field, noValue: '' }, calculations[calc].of(values))}</td>`,
    );
  return html`<div class="legend"><table>
<thead><tr><th>Name</th>${calcs.map(calc => html`<th class="number">${calculations[calc].title}</th>`)}</tr></thead>
<tbody>${all.map(series => html`<tr><td>${key(series.colour)}${series.name}</td>${figures(series)}</tr>`)}</tbody></table></div>`;
}

const key = (colour: string) => html`<i style="background: ${colour}"></i>`;
