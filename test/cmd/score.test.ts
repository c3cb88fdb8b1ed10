/** Scoring what serves, by the program that a Job runs and by the run that follows. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { scoreReportSchema, stageReportSchema } from '../../src/api/stage-report.ts';
import { samplePath } from '../../src/market/sources/sample/source.ts';
import { chartError, startYahooServer } from '../market/sources/yahoo/server.ts';

const program = join(import.meta.dirname, '../../cmd/stage.ts');
const stages = ['fetch', 'features', 'train', 'evaluate'];

describe('stage score', () => {
  let folder: string;
  let version: string;

  const artifacts = () => join(folder, 'artifacts');
  const report = async () => JSON.parse(await readFile(join(folder, 'report'), 'utf8'));
  async function start(words: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [program, ...words, '--report', join(folder, 'report')], {
      env: { ...process.env, BELLWETHER_ARTIFACTS: artifacts(), ...env },
    });
    const [stdout, stderr, [status]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { status, stdout, stderr };
  }
  const score = (champion = version, env: NodeJS.ProcessEnv = {}) =>
    start(['score', '--model', 'aapl', '--champion', champion], env);
  /** All stages of a run; returns the report of Evaluate. */
  async function run(name: string, data: object, flags: readonly string[] = [], env = {}) {
    const file = join(folder, `${name}.json`);
    const spec = {
      model: 'aapl',
      data,
      regressor: { maxDepth: [1], learningRate: [0.05], minChildWeight: [20], rounds: 5 },
      classifier: { trees: 10, maxDepth: [4], sampling: 'Bootstrap' },
      validation: { folds: 2, walkForwardFolds: 2 },
    };
    const metadata = { name };
    await writeFile(
      file,
      JSON.stringify({ apiVersion: 'bellwether.dev/v1alpha1', kind: 'TrainingRun', metadata, spec }),
    );
    for (const stage of stages) {
      const { status, stdout, stderr } = await start([stage, '--file', file, ...flags], env);
      assert.equal(status, 0, stdout + stderr);
    }
    return stageReportSchema.parse(await report());
  }

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'score-'));
    const made = await run('first', { source: 'Sample', end: '2018-02-09' });
    assert.ok(made.state === 'Succeeded' && made.version !== undefined);
    assert.equal(made.live, undefined, 'nothing served yet');
    version = made.version;
  });
  after(() => rm(folder, { recursive: true, force: true }));
  afterEach(() => rm(join(artifacts(), 'aapl', '.track'), { recursive: true, force: true }));

  it('fetches the later bars and reports how accurate the forecasts were', async () => {
    const { status, stdout } = await score();
    assert.equal(status, 0, stdout);
    const scored = scoreReportSchema.parse(await report());
    assert.ok(scored.state === 'Succeeded');
    // From the close of 9 February to that of 10 May, whose truth came on the 11th.
    assert.deepEqual(
      [
        scored.live?.symbol,
        scored.live?.version,
        scored.live?.firstDay,
        scored.live?.lastDay,
        scored.live?.days,
      ],
      ['AAPL', version, '2018-02-09', '2018-05-10', 63],
    );
    const [month] = scored.live?.windows ?? [];
    assert.ok(Number(month?.figures.rmse) > 0.005 && Number(month?.figures.rmse) < 0.05);
    assert.ok(Number(month?.figures.accuracy) > 0.5);
  });

  it('is also done by the next run, without a second fetch, within the size limit of a report', async () => {
    await score();
    const alone = scoreReportSchema.parse(await report());
    await rm(join(artifacts(), 'aapl', '.track'), { recursive: true });
    const next = await run('next', { source: 'Sample' }, ['--champion', version]);
    assert.ok(next.state === 'Succeeded' && alone.state === 'Succeeded');
    assert.deepEqual(next.live, alone.live);
    assert.equal(next.live?.windows.length, 3);
    const bytes = (await readFile(join(folder, 'report'))).length;
    assert.ok(bytes < 3900, `${bytes} bytes: a little more, and Kubernetes would cut it off`);
  });

  it('is not done by a run on bars of another source, which logs the reason', async () => {
    const made = await run('file', { source: 'File', path: samplePath() });
    assert.ok(made.state === 'Succeeded');
    const file = join(folder, 'file.json');
    const { status, stderr } = await start(['evaluate', '--file', file, '--champion', version]);
    assert.equal(status, 0);
    assert.match(
      stderr,
      /The champion \(version .*\) was not scored: it was trained on bars of AAPL from Sample/,
    );
    assert.equal((await report()).live, undefined);
    await assert.rejects(access(join(artifacts(), 'aapl', '.track')), { code: 'ENOENT' });
  });

  it('assigns each day to the version that was the champion at its end', async () => {
    const second = await run('second', { source: 'Sample', end: '2018-04-09' });
    assert.ok(second.state === 'Succeeded' && second.version !== undefined);
    const tenures = `${version}@2018-02-09T22:00:00Z,${second.version}@2018-04-09T22:00:00Z`;
    const { status } = await score(second.version, { BELLWETHER_TENURES: tenures });
    assert.equal(status, 0);
    const scored = scoreReportSchema.parse(await report());
    assert.ok(scored.state === 'Succeeded');
    assert.deepEqual(
      [scored.live?.firstDay, scored.live?.days, scored.live?.version],
      ['2018-02-09', 63, second.version],
    );
    assert.equal(scored.liveProblem, undefined);
  });

  it('does not fail a run whose champion is missing, and reports it in log and report', async () => {
    const file = join(folder, 'first.json');
    const { status, stderr } = await start(['evaluate', '--file', file, '--champion', 'ffffffffffff']);
    assert.equal(status, 0);
    assert.match(stderr, /The champion \(version ffffffffffff\) was not scored: .*is missing/);
    const { live, liveProblem } = await report();
    assert.deepEqual([live, liveProblem.reason], [undefined, 'InputMissing']);
    assert.match(liveProblem.message, /was not scored: .*is missing/);
  });

  it('fails permanently when the version is missing, and writes no track record', async () => {
    const { status } = await score('ffffffffffff');
    assert.equal(status, 66);
    const scored = scoreReportSchema.parse(await report());
    assert.ok(scored.state === 'Failed');
    assert.deepEqual([scored.reason, scored.kind], ['InputMissing', 'Permanent']);
  });

  it('requests a live source, and fails when it refuses', async () => {
    const yahoo = await startYahooServer({ latest: true });
    // The bars of the fake server end yesterday; this run ends some weeks before.
    const end = new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10);
    const env = { YAHOO_QUERY_HOST: yahoo.url };
    try {
      const live = await run('live', { source: 'Yahoo', end }, [], env);
      assert.ok(live.state === 'Succeeded' && live.version !== undefined);
      assert.equal((await score(live.version, env)).status, 0);
      const scored = scoreReportSchema.parse(await report());
      assert.ok(scored.state === 'Succeeded');
      assert.ok((scored.live?.days ?? 0) > 30, `${scored.live?.days} days`);
      yahoo.faults.push({ kind: 'status', status: 404, body: chartError('Not Found', 'No data found') });
      const refused = await score(live.version, env);
      assert.equal(refused.status, 65, refused.stdout);
    } finally {
      await yahoo.close();
    }
  });

  const known = ['--model', 'aapl', '--champion', '0123456789ab'];
  for (const [what, args, message] of [
    ['a champion that is no version', ['--model', 'aapl', '--champion', 'first'], /--champion: /],
    ['tenures that are none', [...known, '--tenures', 'first'], /--tenures: /],
    ['no Model', ['--champion', '0123456789ab'], /--model \(or BELLWETHER_MODEL\) is required/],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const { status, stderr } = await start(['score', ...args]);
      assert.equal(status, 64);
      assert.match(stderr, message);
    });
  }
});
