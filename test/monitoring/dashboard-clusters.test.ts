/** Every query of the dashboards, evaluated by promtool for two clusters whose names of everything else are the same. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { registeredMetrics } from '../../scripts/generated/metrics-table.ts';
import { hasPromtool, promtool, withTemporaryFolder } from '../alerts/promtool.ts';
import { loadDashboards, queriesOf, substituted, timeVariables } from './dashboards.ts';

const clusters = ['one', 'two'];

/** Labels that Prometheus adds at a scrape, with the values that the variables choose. */
const target = { namespace: 'n', job: 'j', instance: 'i', pod: 'p', model: 'm', window: '60' };

/** One series of each registered metric and cluster, for promtool. */
function series(): string[] {
  return registeredMetrics().flatMap(({ program, name, type, labels }) =>
    clusters.flatMap(cluster => {
      const own = Object.fromEntries(labels.map(label => [label, 'x']));
      const all = { ...own, cluster, ...target, job: program };
      const suffixes = type === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      return suffixes.map(suffix => {
        const pairs = Object.entries(suffix === '_bucket' ? { ...all, le: '+Inf' } : all);
        return `${name}${suffix}{${pairs.map(([label, value]) => `${label}="${value}"`).join(', ')}}`;
      });
    }),
  );
}

describe('queries of the dashboards', () => {
  before(function () {
    if (!hasPromtool) this.skip();
  });

  const choices: [name: string, cluster: string | string[]][] = [
    ['all', '.*'],
    ['one', ['one']],
  ];
  for (const [name, cluster] of choices) {
    it(`are evaluated without error for two clusters, with ${name} of them chosen`, async () => {
      const { namespace, model, window } = target;
      const chosen = { cluster, namespace, model, window, job: ['operator'] };
      const variables = { ...chosen, ...timeVariables(300, 15, 30) };
      const queries = (await loadDashboards()).flatMap(queriesOf);
      const rules = queries.map(({ expr }, index) => ({
        record: `query:${index}`,
        expr: substituted(expr, variables),
      }));
      const test = {
        interval: '30s',
        input_series: series().map(name => ({ series: name, values: '1+1x20' })),
        // Without an expectation promtool evaluates nothing. An error of any rule fails the test.
        promql_expr_test: [
          { expr: 'vector(1)', eval_time: '10m', exp_samples: [{ labels: '{}', value: 1 }] },
        ],
      };
      withTemporaryFolder(folder => {
        writeFileSync(join(folder, 'rules.yaml'), JSON.stringify({ groups: [{ name: 'g', rules }] }));
        writeFileSync(
          join(folder, 'test.yaml'),
          JSON.stringify({ rule_files: ['rules.yaml'], tests: [test] }),
        );
        promtool('test', 'rules', join(folder, 'test.yaml'));
      });
    });
  }
});
