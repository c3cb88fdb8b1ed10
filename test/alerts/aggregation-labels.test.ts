/** The alerts where one ruler evaluates them for several clusters: `prometheusRule.aggregationLabels` of the chart. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { hasHelm, one, render } from '../chart/render.ts';
import { hasPromtool, promtool, ruleTestFiles, withTemporaryFolder } from './promtool.ts';

const labels = z.record(z.string(), z.string());
const seriesSchema = z.looseObject({ series: z.string() });
const alertSchema = z.looseObject({ exp_labels: labels, exp_annotations: labels });
const testSchema = z.looseObject({
  input_series: z.array(seriesSchema),
  alert_rule_test: z.array(z.looseObject({ exp_alerts: z.array(alertSchema) })),
});
const fileSchema = z.looseObject({ tests: z.array(testSchema) });

type RuleTest = z.output<typeof testSchema>;

/** Scalars stay text: promtool's `0x9` is not a hexadecimal number. */
const readTests = (file: string) =>
  fileSchema.parse(load(readFileSync(file, 'utf8'), { schema: FAILSAFE_SCHEMA }));

const clusters = ['one', 'two'];

/** Every series and every expected alert of a test, once for each cluster. Job and instance are the same in both. */
function inEveryCluster(test: RuleTest): RuleTest {
  const alertsOf = (alert: z.output<typeof alertSchema>) => {
    // absent() has no labels to add.
    if (alert.exp_labels.namespace === undefined) return [alert];
    return clusters.map(cluster => ({
      exp_labels: { ...alert.exp_labels, cluster },
      exp_annotations: {
        ...alert.exp_annotations,
        description: `${alert.exp_annotations.description} (cluster ${cluster})`,
      },
    }));
  };
  return {
    ...test,
    input_series: test.input_series.flatMap(({ series, ...rest }) =>
      clusters.map(cluster => ({ ...rest, series: series.replace('{', `{cluster="${cluster}", `) })),
    ),
    alert_rule_test: test.alert_rule_test.map(({ exp_alerts, ...rest }) => ({
      ...rest,
      exp_alerts: exp_alerts.flatMap(alertsOf),
    })),
  };
}

const rulesSchema = z.object({
  groups: z.array(z.looseObject({ rules: z.array(z.looseObject({ expr: z.string() })) })),
});

type Rules = z.output<typeof rulesSchema>;

function renderRules(): Rules {
  const prometheusRule = { enabled: true, aggregationLabels: ['cluster', 'region'] };
  return rulesSchema.parse(one(render({ prometheusRule }), 'PrometheusRule').spec);
}

describe('alerts with aggregation labels', () => {
  let rules: Rules;

  before(function () {
    if (!hasHelm) this.skip();
    rules = renderRules();
  });

  /** Runs promtool's tests against the rendered rules. */
  function testRules(tests: object): void {
    withTemporaryFolder(folder => {
      writeFileSync(join(folder, 'rules.yaml'), JSON.stringify(rules));
      writeFileSync(join(folder, 'test.yaml'), JSON.stringify({ ...tests, rule_files: ['rules.yaml'] }));
      promtool('test', 'rules', join(folder, 'test.yaml'));
    });
  }

  it('have them in every aggregation and in every match of series', () => {
    const operators =
      /\b(?:sum|min|max|avg|group|stddev|stdvar|count|count_values|quantile|topk|bottomk)\b(?! by)/;
    for (const { expr } of rules.groups.flatMap(group => group.rules)) {
      assert.doesNotMatch(expr, operators);
      assert.doesNotMatch(expr, /\b(?:without|ignoring)\b/);
      for (const [written, list] of expr.matchAll(/\b(?:by|on)\b\s*\(([^)]*)\)/g)) {
        // Without labels it is absent() that is matched: it has none.
        if (written === 'on ()') assert.match(expr, /on \(\) absent\(/);
        else assert.match(list ?? '', /^cluster, region, /, expr);
      }
    }
  });

  describe('by promtool', () => {
    before(function () {
      if (!hasPromtool) this.skip();
    });

    it('fire for the cluster that fails, not for the one beside it', () =>
      testRules(readTests(join(import.meta.dirname, 'clusters.yaml'))));

    for (const file of ruleTestFiles) {
      it(`do the same as ${basename(file)} where no series has the labels`, () => testRules(readTests(file)));

      it(`do the same as ${basename(file)} in each of two clusters`, () => {
        const tests = readTests(file);
        testRules({ ...tests, tests: tests.tests.map(inEveryCluster) });
      });
    }
  });
});
