import assert from 'node:assert/strict';
import { problemsOf } from '../../src/api/problems.ts';
import { trainingRunSchema } from '../../src/api/training-run.ts';

const problems = (name: string, spec: object) => {
  const { error } = trainingRunSchema.safeParse({
    apiVersion: 'bellwether.dev/v1alpha1',
    kind: 'TrainingRun',
    metadata: { name },
    spec,
  });
  return error ? problemsOf(error) : [];
};

const labels = (entries: number) =>
  Object.fromEntries(Array.from({ length: entries }, (_, index) => [`label-${index}`, '']));

describe('TrainingRun', () => {
  for (const [name, spec] of [
    ['aapl', {}],
    ['a'.repeat(53), {}],
    ['2026.aapl', { model: 'aapl' }],
    ['a'.repeat(63), { model: 'aapl' }],
    ['aapl', { podTemplate: { labels: labels(64) } }],
    ['aapl', { stages: [{ name: 'Train', resources: { limits: { memory: '1.5Gi', cpu: 2 } } }] }],
  ] as const) {
    it(`${name} ${JSON.stringify(spec).slice(0, 60)} is valid`, () => {
      assert.deepEqual(problems(name, spec), []);
    });
  }

  for (const [name, spec, problem] of [
    ['2026', {}, /^spec\.model: is required if/],
    ['a'.repeat(54), {}, /^spec\.model: is required if/],
    ['a..b', { model: 'aapl' }, /^metadata\.name: must be a DNS name/],
    ['a'.repeat(64), { model: 'aapl' }, /^metadata\.name: /],
    ['aapl', { podTemplate: { labels: labels(65) } }, /labels: must have at most 64 entries/],
    ['aapl', { stages: [{ name: 'Train' }, { name: 'Train' }] }, /^spec\.stages: must name each stage once/],
    [
      'aapl',
      { stages: [{ name: 'Train', resources: { limits: { memory: '1 GB' } } }] },
      /^spec\.stages\.0\.resources\.limits\.memory: must be a quantity/,
    ],
  ] as const) {
    it(`${name} ${JSON.stringify(spec).slice(0, 60)} is refused: ${problem.source}`, () => {
      const [first = '', ...others] = problems(name, spec);
      assert.match(first, problem);
      assert.deepEqual(others, []);
    });
  }
});
