/** The drawings of the chart's own dashboards, with a Prometheus that says what a test wants. */
import assert from 'node:assert/strict';
import { collect } from '../../../scripts/dashboards/collect.ts';
import { renderPage } from '../../../scripts/dashboards/page.ts';
import type { Labels, Prometheus, Series } from '../../../scripts/dashboards/prometheus.ts';
import { escapeHtml } from '../../../src/web/html.js';
import { type Dashboard, loadDashboards } from '../../monitoring/dashboards.ts';

const end = Date.UTC(2026, 0, 31) / 1000;
const moment = { end, hours: undefined, scrapeSeconds: 30 };

/** Every label that a legend or a table may want. */
const labels: Labels = {
  ...{ namespace: 'research', model: 'aapl', version: 'v1', symbol: 'AAPL', set: 'holdout', window: '60' },
  ...{
    pod: 'pod-1',
    instance: '10.0.0.1:80',
    job: 'job-1',
    kind: 'Pod',
    stage: 'Train',
    reason: 'OOMKilled',
    le: '0.5',
  },
};

/** Answers every query with the same series. */
function answering(series: (points: number) => Series[]): Prometheus {
  return {
    ask: async (_, range) => series(Math.floor((range.end - range.start) / range.step) + 1),
    labelValues: async () => ['job-1'],
  };
}

const constant = (value: number) => answering(points => [{ labels, values: new Array(points).fill(value) }]);

async function draw(dashboard: Dashboard, prometheus: Prometheus): Promise<string> {
  return renderPage(await collect(dashboard, prometheus, moment));
}

const dashboards = await loadDashboards();
const [models] = dashboards as [Dashboard];

for (const dashboard of dashboards) {
  describe(`the drawing of ${dashboard.uid}`, () => {
    it('has every panel, filled', async () => {
      const page = await draw(dashboard, constant(1));
      for (const { title } of dashboard.panels) {
        assert.ok(page.includes(`>${escapeHtml(title.replace('$window', '60'))}<`), title);
      }
      assert.ok(!page.includes('class="empty"'));
    });

    it('says where there is nothing, in the words of the panel', async () => {
      const page = await draw(
        dashboard,
        answering(() => []),
      );
      assert.equal(
        page.match(/class="(empty|stat)"/g)?.length,
        dashboard.panels.filter(({ type }) => type !== 'row').length,
      );
    });
  });
}

describe('a drawing', () => {
  it('asks with the choices that a dashboard is opened with', async () => {
    const asked: string[] = [];
    const prometheus: Prometheus = {
      ...constant(1),
      ask: async (expr, range) => {
        asked.push(expr);
        return constant(1).ask(expr, range);
      },
    };
    for (const dashboard of dashboards) await draw(dashboard, prometheus);
    assert.ok(asked.every(expr => !expr.includes('$')));
    assert.ok(asked.some(expr => expr.includes('namespace=~".*"') && expr.includes('window="60"')));
    assert.ok(asked.some(expr => expr.includes('job=~"job-1"')));
  });

  it('merges the answers of a table by their labels, and shows mappings and units', async () => {
    const page = await draw(models, constant(1));
    const [, row = ''] = /<tbody><tr>(.*?)<\/tr>/.exec(page) ?? [];
    const cells = [...row.matchAll(/<td[^>]*>(.*?)<\/td>/g)].map(([, text]) => text);
    assert.deepEqual(cells.slice(0, 5), ['research', 'aapl', 'yes', 'v1', 'AAPL']);
    assert.ok(cells.includes('1970-01-01') && cells.includes('Failed'));
  });

  it('marks an event at its time, once', async () => {
    const { marks } = await collect(models, constant((end - 3600) * 1000), moment);
    assert.deepEqual(marks, [{ time: end - 3600, text: 'research/aapl' }]);
  });

  it('shows what is wrong with a query', async () => {
    const broken: Prometheus = {
      ...constant(1),
      ask: async (expr, range) => {
        if (expr.includes('_psi')) throw new Error('many-to-many <matching>');
        return constant(1).ask(expr, range);
      },
    };
    const page = await draw(models, broken);
    assert.equal(page.match(/<p class="error">many-to-many &#60;matching&#62;<\/p>/g)?.length, 2);
  });
});
