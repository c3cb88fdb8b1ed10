import assert from 'node:assert/strict';
import { substituted, timeVariables } from './substitute.ts';

describe('substitution of variables', () => {
  const cases: [
    name: string,
    expr: string,
    variables: Record<string, string | string[]>,
    expected: string,
  ][] = [
    ['text as it is', 'x{a=~"$a"}[$__range]', { a: '.*', __range: '60s' }, 'x{a=~".*"}[60s]'],
    ['one choice', 'x{a=~"$a"}', { a: ['b-c'] }, 'x{a=~"b-c"}'],
    ['several choices', 'x{a=~"$a"}', { a: ['b', 'c'] }, 'x{a=~"(b|c)"}'],
    ['escaped choices', 'x{a=~"$a"}', { a: ['v1.2+b'] }, String.raw`x{a=~"v1\\.2\\+b"}`],
    ['braces', `x{a=~"\${a:regex}_\${b}"}`, { a: ['b', 'c'], b: 'd' }, 'x{a=~"(b|c)_d"}'],
    [
      'whole names',
      'x[$__interval] y[$__interval_ms]',
      { __interval: '1s', __interval_ms: '1000' },
      'x[1s] y[1000]',
    ],
    ['a dollar sign in a value', 'x{a="$a"}', { a: '$&' }, 'x{a="$&"}'],
  ];
  for (const [name, expr, variables, expected] of cases) {
    it(`inserts ${name}`, () => assert.equal(substituted(expr, variables), expected));
  }

  it('throws for a variable without a value', () => {
    assert.throws(() => substituted('x{a="$a"}', { b: 'c' }), /no value for \$a in x/);
  });

  it('has a rate interval of one scrape and a step, at least four scrapes', () => {
    assert.deepEqual(timeVariables(86_400, 120, 30), {
      __range: '86400s',
      __interval: '120s',
      __rate_interval: '150s',
    });
    assert.equal(timeVariables(3600, 15, 30).__rate_interval, '120s');
  });
});
