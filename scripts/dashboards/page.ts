/** A dashboard as one HTML file: its panels where Grafana would lay them, scripts and styles inside. */
import { readFileSync } from 'node:fs';
import { dependencyFile } from '../../src/package-files.ts';
import { Html, html } from '../../src/web/html.js';
import type { Dashboard } from '../../test/monitoring/dashboard-schema.ts';
import type { Collected, CollectedPanel, Mark } from './collect.ts';
import { drawHeatmap } from './draw/heatmap.ts';
import { drawStat } from './draw/stat.ts';
import { drawTable } from './draw/table.ts';
import { drawTimeSeries } from './draw/time-series.ts';
import { drawTimeline } from './draw/timeline.ts';

export function renderPage({ dashboard, shown, choices, panels, marks }: Collected): string {
  const chosen = Object.entries(choices).map(([name, value]) => html`<span>${name} <b>${value}</b></span>`);
  const rows = dashboard.panels.filter(({ type }) => type === 'row');
  const page = html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${dashboard.title}</title><style>${own('style.css')}</style></head>
<body>
<header><h1>${dashboard.title}</h1>${chosen}<span>${timeText(shown.start)} to ${timeText(shown.end)} UTC</span>
<nav>${dashboard.links.map(({ title }) => html`<span>${title}</span>`)}</nav></header>
<main>
${rows.map(row => html`<h2 style="${place(row)}">${row.title}</h2>\n`)}
${panels.map(panel => html`${drawPanel(panel, marks)}\n`)}
</main>
<script>${plain(dependencyFile('uplot/dist/uPlot.iife.min.js'))}</script>
<script type="module">${own('units.js')}${own('charts.js')}</script>
</body>
</html>
`;
  return page.text;
}

function drawPanel(collected: CollectedPanel, marks: readonly Mark[]): Html {
  const { panel, title, description, answers } = collected;
  const errors = answers.flatMap(({ error }) => error ?? []);
  const content =
    errors.length > 0 ? html`<p class="error">${errors.join('; ')}</p>` : draw(collected, marks);
  return html`<section class="panel" style="${place(panel)}"><h3 title="${description}">${title}</h3>${content}</section>`;
}

function draw(collected: CollectedPanel, marks: readonly Mark[]): Html {
  switch (collected.panel.type) {
    case 'stat':
      return drawStat(collected);
    case 'table':
      return drawTable(collected);
    case 'heatmap':
      return drawHeatmap(collected);
    case 'state-timeline':
      return drawTimeline(collected);
    case 'timeseries':
      return drawTimeSeries(collected, marks);
  }
}

/** "2026-01-31 18:00". */
function timeText(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ');
}

function place({ gridPos }: Pick<Dashboard['panels'][number], 'gridPos'>): string {
  const { x, y, w, h } = gridPos;
  return `grid-area: ${y + 1} / ${x + 1} / span ${h} / span ${w}`;
}

/** A file of page/. Modules are joined into one, so that what says how they belong together goes. */
function own(name: string): Html {
  const text = plain(new URL(`./page/${name}`, import.meta.url)).text;
  return new Html(text.replace(/^import [^;]*;\n/gm, '').replace(/^export /gm, ''));
}

function plain(file: URL): Html {
  return new Html(readFileSync(file, 'utf8'));
}
