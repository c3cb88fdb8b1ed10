/** Retraining as CI runs it: new bars from a fake Yahoo server, and the outcome without new bars. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchReportSchema } from '../../src/api/artifacts.ts';
import { exitCodes } from '../../src/failure.ts';
import { addDays, utcDay } from '../../src/market/days.ts';
import {
  chartError,
  type Fault,
  startYahooServer,
  type YahooServer,
} from '../market/sources/yahoo/server.ts';

const program = join(import.meta.dirname, '../../scripts/retrain.ts');

/** Small enough for a test, and without a second try. */
const runFile = (symbol: string) => `apiVersion: bellwether.dev/v1alpha1
kind: TrainingRun
metadata: {name: small}
spec:
  model: fresh
  symbol: ${symbol}
  data: {retries: 0, timeoutSeconds: 10}
  regressor: {maxDepth: [1], learningRate: [0.05], minChildWeight: [20], rounds: 10}
  classifier: {trees: 12, maxDepth: [4], sampling: Bootstrap}
  validation: {folds: 2, walkForwardFolds: 2}
`;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('retraining', () => {
  let yahoo: YahooServer;
  let folder: string;
  beforeEach(async () => {
    yahoo = await startYahooServer({ latest: true });
    folder = await mkdtemp(join(tmpdir(), 'retrain-'));
  });
  afterEach(async () => {
    await yahoo.close();
    await rm(folder, { recursive: true, force: true });
  });

  const summary = () => readFile(join(folder, 'summary.md'), 'utf8').catch(() => null);
  const output = () => readFile(join(folder, 'output'), 'utf8').catch(() => null);
  const fetched = async (run: string) =>
    fetchReportSchema.parse(
      JSON.parse(await readFile(join(folder, 'artifacts/fresh', run, 'fetch/fetch.json'), 'utf8')),
    );

  /** Runs the program as in a job of GitHub Actions. */
  async function retrain(symbol = 'AAPL', settings: Record<string, string> = {}): Promise<Ended> {
    await writeFile(join(folder, 'run.yaml'), runFile(symbol));
    const env = {
      PATH: process.env.PATH,
      FILE: join(folder, 'run.yaml'),
      ARTIFACTS: join(folder, 'artifacts'),
      YAHOO_QUERY_HOST: yahoo.url,
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
      GITHUB_OUTPUT: join(folder, 'output'),
      ...settings,
    };
    return new Promise(resolve => {
      execFile(process.execPath, [program], { env }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
      );
    });
  }

  it('trains on the bars of Yahoo, checks the served API, and reports the results', async () => {
    const { code, stdout, stderr } = await retrain('AAPL', { REQUIRE_FRESH: 'true' });
    assert.equal(code, exitCodes.ok, stdout + stderr);
    assert.equal(await output(), 'bars=fresh\n');
    const { source, to } = await fetched('small');
    assert.equal(source, 'Yahoo');
    const today = utcDay(new Date().toISOString());
    assert.ok(to >= addDays(today, -7) && to < today, to);
    const summaryText = await summary();
    assert.match(summaryText ?? '', new RegExp(`^## AAPL, retrained on bars up to ${to}\n`));
    for (const text of [stdout, summaryText]) {
      assert.match(text ?? '', new RegExp(`AAPL, \\d+ bars from .* to ${to};`));
      assert.match(text ?? '', /training mean +\d/);
      assert.match(text ?? '', /persistence +\d/);
      assert.match(text ?? '', /files match their manifests\n/);
      assert.match(text ?? '', /POST \/predict_batch predicts from every bar/);
    }
    assert.doesNotMatch(stdout + summaryText, /warning|sample/i);
  });

  const outOfReach: Readonly<Record<string, Fault>> = {
    'that resets connections': { kind: 'reset' },
    'that is unavailable': { kind: 'status', status: 503 },
    'that limits the rate': { kind: 'status', status: 429 },
  };
  for (const [what, fault] of Object.entries(outOfReach)) {
    it(`uses the sample for a Yahoo ${what}, with a conspicuous warning`, async () => {
      yahoo.faults.push(fault);
      const { code, stdout, stderr } = await retrain();
      assert.equal(code, exitCodes.ok, stdout + stderr);
      assert.equal((await fetched('small-sample')).source, 'Sample');
      assert.match(stdout, /^NOT FRESH BARS: .*embedded sample/m);
      assert.match(stdout, /^::warning title=Not fresh bars::NOT FRESH BARS: /m);
      assert.match((await summary()) ?? '', /^> \[!WARNING\]\n> NOT FRESH BARS: /m);
      assert.match(stdout, /^POST \/predict predicts/m);
      assert.equal(await output(), 'bars=sample\n');
    });
  }

  it('fails with the sample when fresh bars are required, after the report', async () => {
    yahoo.faults.push({ kind: 'status', status: 429 });
    const { code, stdout, stderr } = await retrain('AAPL', { REQUIRE_FRESH: 'true' });
    assert.equal(code, exitCodes.transient, stdout + stderr);
    assert.match(stderr, /fresh bars are required/);
    assert.match(stdout, /^::error title=Not fresh bars::NOT FRESH BARS: /m);
    assert.match(stdout, /^POST \/predict predicts/m);
    assert.match((await summary()) ?? '', /^> \[!WARNING\]\n> NOT FRESH BARS: /m);
    assert.equal((await fetched('small-sample')).source, 'Sample');
    assert.equal(await output(), 'bars=sample\n');
  });

  it('writes no annotation outside of GitHub', async () => {
    yahoo.faults.push({ kind: 'reset' });
    const { stdout } = await retrain('AAPL', {
      GITHUB_ACTIONS: '',
      GITHUB_STEP_SUMMARY: '',
      GITHUB_OUTPUT: '',
    });
    assert.match(stdout, /^NOT FRESH BARS: /m);
    assert.doesNotMatch(stdout, /::warning/);
    assert.deepEqual([await summary(), await output()], [null, null]);
  });

  const failures: Readonly<Record<string, { fault: Fault; code: number; message: RegExp }>> = {
    'an unknown symbol': {
      fault: { kind: 'status', status: 404, body: chartError('Not Found', 'No data found') },
      code: exitCodes.data,
      message: /no symbol AAPL/,
    },
    'a refused request': {
      fault: { kind: 'status', status: 403, body: 'Forbidden' },
      code: exitCodes.data,
      message: /refused the request/,
    },
    'an answer in another form': {
      fault: { kind: 'text', body: '{"chart": {"result": [{"bars": []}], "error": null}}' },
      code: exitCodes.transient,
      message: /Yahoo responded for AAPL in an unexpected form/,
    },
    'a page instead of an answer': {
      fault: { kind: 'text', body: '<!doctype html>', contentType: 'text/html' },
      code: exitCodes.transient,
      message: /a body that is not JSON/,
    },
  };
  for (const [what, { fault, code, message }] of Object.entries(failures)) {
    it(`fails for ${what}: the sample would hide it`, async () => {
      yahoo.faults.push(fault);
      assertFailed(await retrain(), code, message);
    });
  }

  it('fails for bars that break the rules', async () => {
    yahoo.edit = ({ indicators: { quote } }) => {
      quote[0].high[100] = 0.01;
    };
    assertFailed(await retrain(), exitCodes.data, /high/);
  });

  it('fails for bars that are not fresh', async () => {
    await yahoo.close();
    yahoo = await startYahooServer({ now: () => Date.parse('2018-05-12T12:00:00Z') });
    assertFailed(await retrain('AAPL', { FILE: '', START: '2014-01-01' }), exitCodes.data, /2018-05-11/);
  });

  it('fails for a symbol that the sample does not have', async () => {
    yahoo.faults.push({ kind: 'reset' });
    assertFailed(await retrain('MSFT'), exitCodes.transient, /could not be reached/);
  });

  for (const [settings, message] of [
    [{ FILE: '', SOURCE: 'Sample' }, /source Sample/],
    [{ FILE: '', DATA: 'bars.csv' }, /source File/],
    [{ FILE: '', END: '2026-01-02' }, /an end, 2026-01-02/],
    [{ REQUIRE_FRESH: 'perhaps' }, /REQUIRE_FRESH must be true or false/],
  ] as const) {
    it(`refuses ${JSON.stringify(settings)}`, async () => {
      assertFailed(await retrain('AAPL', settings), exitCodes.usage, message);
      assert.deepEqual(yahoo.requests, []);
    });
  }

  function assertFailed(ended: Ended, code: number, message: RegExp): void {
    assert.equal(ended.code, code, ended.stdout + ended.stderr);
    assert.match(ended.stderr, message);
    assert.doesNotMatch(ended.stdout, /NOT FRESH BARS|Sample/);
  }
});
