import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/failure.ts';
import { localSettings } from '../../src/local/settings.ts';

describe('settings of the local run', () => {
  it('have defaults: the embedded AAPL sample, served on localhost', async () => {
    const { run, artifacts, host, port, serve } = await localSettings({});
    assert.deepEqual(
      { artifacts, host, port, serve },
      { artifacts: 'artifacts', host: '127.0.0.1', port: 8080, serve: true },
    );
    assert.equal(run.metadata.name, 'aapl-sample');
    assert.equal(run.spec.data.source, 'Sample');
    assert.equal(run.spec.seed, 1);
  });

  const sources: [Record<string, string>, string, string][] = [
    [{ SYMBOL: 'MSFT' }, 'Yahoo', 'msft-yahoo'],
    [{ SYMBOL: 'msft' }, 'Yahoo', 'msft-yahoo'],
    [{ SYMBOL: 'AAPL', SOURCE: 'Yahoo' }, 'Yahoo', 'aapl-yahoo'],
    [{ SYMBOL: 'BRK-B' }, 'Yahoo', 'brk-b-yahoo'],
    [{ SYMBOL: '^GSPC' }, 'Yahoo', 'gspc-yahoo'],
    [{ DATA: 'bars.csv' }, 'File', 'aapl-file'],
    [{ SYMBOL: '' }, 'Sample', 'aapl-sample'],
  ];
  for (const [environment, source, name] of sources) {
    it(`takes ${JSON.stringify(environment)} as ${source}`, async () => {
      const { run } = await localSettings(environment);
      assert.equal(run.spec.data.source, source);
      assert.equal(run.metadata.name, name);
    });
  }

  const refusals: [Record<string, string>, RegExp][] = [
    [{ SYMBOL: '../x' }, /spec\.symbol: must be a ticker symbol/],
    [{ SYMBOL: 'AAPL%20' }, /spec\.symbol: must be a ticker symbol/],
    [{ SOURCE: 'Bloomberg' }, /spec\.data\.source/],
    [{ START: '2015-02-30' }, /spec\.data\.start/],
    [{ START: '2016-01-01', END: '2015-01-01' }, /spec\.data\.end: must be after start/],
    [
      { START: '2016-01-01', LOOKBACK_DAYS: '900' },
      /spec\.data\.lookbackDays: cannot be set together with start/,
    ],
    [{ LOOKBACK_DAYS: 'many' }, /spec\.data\.lookbackDays/],
    [{ SOURCE: 'File' }, /SOURCE=File needs DATA/],
    [{ SOURCE: 'Sample', DATA: 'x.csv' }, /spec\.data\.path: is only allowed for source File/],
    [{ SEED: '1.5' }, /spec\.seed/],
    [{ PORT: 'http' }, /PORT: must be a number/],
    [{ PORT: '70000' }, /PORT/],
    [{ SERVE: 'perhaps' }, /SERVE/],
    [{ FILE: 'run.yaml', SYMBOL: 'MSFT' }, /FILE excludes SYMBOL/],
    [{ FILE: '/nowhere/run.yaml' }, /cannot read the run file \/nowhere\/run\.yaml/],
  ];
  for (const [environment, message] of refusals) {
    it(`refuses ${JSON.stringify(environment)}`, async () => {
      await assert.rejects(localSettings(environment), (error: unknown) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.reason, 'InvalidSpec');
        assert.match(error.message, message);
        return true;
      });
    });
  }

  describe('from a run file', () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'settings-'));
    });
    afterEach(() => rm(folder, { recursive: true }));

    const runFile = async (text: string) => {
      const path = join(folder, 'run.yaml');
      await writeFile(path, text);
      return localSettings({ FILE: path });
    };
    const head = 'apiVersion: bellwether.dev/v1alpha1\nkind: TrainingRun\nmetadata: {name: mine}\n';

    it('accepts a TrainingRun as applied to a cluster', async () => {
      const { run } = await runFile(
        `${head}spec:\n  symbol: MSFT\n  data: {source: Yahoo, start: "2015-01-01"}\n  seed: 3\n`,
      );
      assert.equal(run.metadata.name, 'mine');
      assert.deepEqual([run.spec.symbol, run.spec.data.start, run.spec.seed], ['MSFT', '2015-01-01', 3]);
    });

    for (const [what, text, message] of [
      ['an unknown field', `${head}spec: {symbl: MSFT}\n`, /spec: Unrecognized key: "symbl"/],
      [
        'an impossible window',
        `${head}spec: {features: {shortWindow: 50, longWindow: 10}}\n`,
        /shortWindow: must be below longWindow/,
      ],
      ['another kind', 'apiVersion: v1\nkind: Pod\n', /kind/],
      ['what is not YAML', '{', /is not YAML/],
    ] as const) {
      it(`refuses ${what}`, () => assert.rejects(runFile(text), message));
    }
  });
});
