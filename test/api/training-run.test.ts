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

const volume = (path: string) => ({ configMapName: 'my-bars', path });
const file = (inVolume: object) => ({ data: { source: 'File', volume: inVolume } });

describe('TrainingRun', () => {
  for (const [name, spec] of [
    ['aapl', {}],
    ['a'.repeat(53), {}],
    ['2026.aapl', { model: 'aapl' }],
    ['a'.repeat(63), { model: 'aapl' }],
    ['aapl', { podTemplate: { labels: labels(64) } }],
    ['aapl', { stages: [{ name: 'Train', resources: { limits: { memory: '1.5Gi', cpu: 2 } } }] }],
    ['aapl', { data: { source: 'File', path: '/home/me/aapl.csv' } }],
    ['aapl', { data: { source: 'File', volume: { configMapName: 'my-bars', path: 'aapl.csv' } } }],
    ['aapl', { data: { source: 'File', volume: { claimName: 'bars.v2', path: 'us/..aapl../a b.csv' } } }],
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
    ['aapl', { data: { source: 'File' } }, /^spec\.data\.volume: is required for source File/],
    [
      'aapl',
      { data: { volume: volume('aapl.csv') } },
      /^spec\.data\.volume: is only allowed for source File/,
    ],
    [
      'aapl',
      { data: { source: 'File', path: 'a', volume: volume('a') } },
      /^spec\.data\.path: cannot be set together with volume/,
    ],
    ...['/aapl.csv', '\u0000', 'a\nb'].map(
      path => ['aapl', file(volume(path)), /^spec\.data\.volume\.path: must be a relative path/] as const,
    ),
    ...['..', '../a', 'a/..', 'a/../b'].map(
      path => ['aapl', file(volume(path)), /^spec\.data\.volume\.path: must not contain \.\.$/] as const,
    ),
    ...[{ path: 'a' }, { claimName: 'a', configMapName: 'b', path: 'a' }].map(
      both =>
        [
          'aapl',
          file(both),
          /^spec\.data\.volume\.claimName: or configMapName must be set, and not both/,
        ] as const,
    ),
  ] as const) {
    it(`${name} ${JSON.stringify(spec).slice(0, 60)} is refused: ${problem.source}`, () => {
      const [first = '', ...others] = problems(name, spec);
      assert.match(first, problem);
      assert.deepEqual(others, []);
    });
  }
});
