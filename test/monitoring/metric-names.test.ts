import assert from 'node:assert/strict';
import { metricNames } from './metric-names.ts';

describe('names of metrics in an expression', () => {
  const cases: [expr: string, names: string[]][] = [
    ['up', ['up']],
    ['time() - max by (namespace, model) (a_seconds{x=~"b_total", y="}"})', ['a_seconds']],
    ['sum(rate(a_total{x="y"}[$__rate_interval])) / (sum(b_total) > 0)', ['a_total', 'b_total']],
    ['a * on (job, instance) group_left (model) b{m=~"$model"}', ['a', 'b']],
    ['a unless on (job) b or vector(0)', ['a', 'b']],
    ['histogram_quantile(0.99, sum by (le) (a_bucket)) > bool 1e3', ['a_bucket']],
    ['max_over_time(a[$__range]) - (a offset $__range or 0 * b offset 5m)', ['a', 'b']],
    ['a:b:rate5m ^ 2 == bool 1', ['a:b:rate5m']],
  ];
  for (const [expr, names] of cases) it(expr, () => assert.deepEqual(metricNames(expr), names));
});
