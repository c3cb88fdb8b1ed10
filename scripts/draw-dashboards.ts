/**
 * Draws the chart's Grafana dashboards without a Grafana: every panel's own queries, asked of a Prometheus, as one HTML
 * file a dashboard that opens without a network. For people who change a dashboard and want to see it.
 *
 *     node scripts/draw-dashboards.ts --prometheus http://127.0.0.1:9090 --out dist/dashboards
 *
 * `--end 2026-01-31T18:00:00Z` draws a moment of the past, `--hours 24` another range than the dashboard's own, and
 * `--scrape 30` says how many seconds lie between two scrapes, as the data source in Grafana would. Every variable stands
 * at what it is when the dashboard is opened. Panels without data are named; a query that fails is shown in its panel and
 * makes the exit code 1.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadDashboards } from '../test/monitoring/dashboards.ts';
import { collect } from './dashboards/collect.ts';
import { renderPage } from './dashboards/page.ts';
import { createPrometheus } from './dashboards/prometheus.ts';

const { values } = parseArgs({
  options: {
    prometheus: { type: 'string', default: 'http://127.0.0.1:9090' },
    out: { type: 'string', default: 'dist/dashboards' },
    end: { type: 'string', default: new Date().toISOString() },
    hours: { type: 'string' },
    scrape: { type: 'string', default: '30' },
  },
});

const moment = {
  end: Math.floor(Date.parse(values.end) / 1000),
  hours: values.hours === undefined ? undefined : Number(values.hours),
  scrapeSeconds: Number(values.scrape),
};
const prometheus = createPrometheus(values.prometheus);

await mkdir(values.out, { recursive: true });
for (const dashboard of await loadDashboards()) {
  const collected = await collect(dashboard, prometheus, moment);
  const file = join(values.out, `${dashboard.uid}.html`);
  await writeFile(file, renderPage(collected));
  process.stdout.write(`${file}\n`);
  for (const { title, answers } of collected.panels) {
    const failed = answers.flatMap(({ error }) => (error === undefined ? [] : [error]));
    for (const error of failed) process.stdout.write(`  ${title}: ${error}\n`);
    if (failed.length > 0) process.exitCode = 1;
    else if (answers.every(({ series }) => series.length === 0)) {
      process.stdout.write(`  ${title}: no data\n`);
    }
  }
}
