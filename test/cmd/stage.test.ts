/** The stage programs as the operator's Jobs run them: separate processes, exit codes, reports, kills. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StageFailure, type StageSuccess, stageReportSchema } from '../../src/api/stage-report.ts';
import { readStage, verifyStage } from '../../src/pipeline/artifacts.ts';

const program = join(import.meta.dirname, '../../cmd/stage.ts');

/** Either report, for tests that assert which by its state. */
type StageReport = Partial<Omit<StageSuccess, 'state'> & Omit<StageFailure, 'state'>> & { state: string };

const stages = ['fetch', 'features', 'train', 'evaluate'];

/** A whole run small enough for a test: few folds, few trees. */
const runFile = `apiVersion: bellwether.dev/v1alpha1
kind: TrainingRun
metadata: {name: small}
spec:
  model: aapl
  data: {source: Sample}
  regressor: {maxDepth: [1], learningRate: [0.05], minChildWeight: [20], rounds: 10}
  classifier: {trees: 12, maxDepth: [4], sampling: Bootstrap}
  validation: {folds: 2, walkForwardFolds: 2}
`;

describe('stage programs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stage-'));
    await writeFile(join(folder, 'run.yaml'), runFile);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const artifacts = () => join(folder, 'artifacts');
  const runFolder = () => join(artifacts(), 'aapl', 'small');
  const reportFile = () => join(folder, 'report');
  const words = (stage: string) => [
    program,
    stage,
    ...['--file', join(folder, 'run.yaml'), '--artifacts', artifacts(), '--report', reportFile()],
  ];
  const start = (stage: string): ChildProcess =>
    spawn(process.execPath, words(stage), { stdio: ['ignore', 'pipe', 'pipe'] });

  async function run(stage: string): Promise<{ code: number | null; report: StageReport }> {
    const child = start(stage);
    child.stdout?.resume();
    child.stderr?.resume();
    const [code] = await once(child, 'exit');
    return { code, report: await readReport() };
  }

  async function readReport(): Promise<StageReport> {
    return stageReportSchema.parse(JSON.parse(await readFile(reportFile(), 'utf8')));
  }

  async function manifests(): Promise<string[]> {
    return Promise.all(stages.map(stage => readFile(join(runFolder(), stage, 'manifest.json'), 'utf8')));
  }

  it('run one after the other, report their digests, and are reused', async () => {
    for (const state of ['Succeeded', 'Reused']) {
      for (const stage of stages) {
        const { code, report } = await run(stage);
        assert.equal(code, 0, report.message);
        assert.equal(report.state, state);
        assert.match(report.outputDigest ?? '', /^[0-9a-f]{64}$/);
      }
    }
  });

  it('read everything from the environment, as in a Job', async () => {
    const run = {
      apiVersion: 'bellwether.dev/v1alpha1',
      kind: 'TrainingRun',
      metadata: { name: 'small' },
      spec: { model: 'aapl', data: { source: 'Sample' } },
    };
    const { status, stdout } = spawnSync(process.execPath, [program, 'fetch'], {
      encoding: 'utf8',
      env: {
        BELLWETHER_RUN: JSON.stringify(run),
        BELLWETHER_ARTIFACTS: artifacts(),
        BELLWETHER_REPORT: reportFile(),
        BELLWETHER_NOW: '2026-01-02T00:00:00Z',
        BELLWETHER_CHAMPION: '0123456789ab',
      },
    });
    assert.equal(status, 0, stdout);
    assert.equal((await readReport()).stage, 'Fetch');
    assert.deepEqual(await readdir(runFolder()), ['fetch']);
  });

  it('publish after Evaluate only, each time under the same version', async () => {
    for (const stage of stages.slice(0, 3)) assert.equal((await run(stage)).report.version, undefined);
    const published: (string | undefined)[] = [];
    for (const _ of ['made', 'reused']) published.push((await run('evaluate')).report.version);
    await rm(join(artifacts(), 'aapl', '.versions'), { recursive: true });
    published.push((await run('evaluate')).report.version);
    const [version = ''] = published;
    assert.match(version, /^[0-9a-f]{12}$/);
    assert.deepEqual(published, [version, version, version]);
    assert.deepEqual(await readdir(join(artifacts(), 'aapl', '.versions')), [version]);
  });

  it('report the last lines of their log when they fail', async () => {
    await run('fetch');
    await run('features');
    const child = start('train');
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    child.stdout?.resume();
    await once(child, 'exit');
    assert.match((await readReport()).log ?? '', /^Train \d+% /);
  });

  it('keep their exit code when the report cannot be written', () => {
    const words = [program, 'features', '--file', join(folder, 'run.yaml'), '--artifacts', artifacts()];
    const report = join(folder, 'none', 'report');
    const { status, stdout, stderr } = spawnSync(process.execPath, [...words, '--report', report], {
      encoding: 'utf8',
    });
    assert.equal(status, 66);
    assert.match(stdout, /"reason":"InputMissing"/);
    assert.match(stderr, /cannot write the report: ENOENT/);
  });

  it('may run twice at once: both succeed, and the artifacts verify', async () => {
    await run('fetch');
    const children = [start('features'), start('features')];
    const codes = await Promise.all(
      children.map(async child => {
        child.stdout?.resume();
        child.stderr?.resume();
        return (await once(child, 'exit'))[0];
      }),
    );
    assert.deepEqual(codes, [0, 0]);
    assert.deepEqual((await readdir(runFolder())).sort(), ['features', 'fetch']);
    await verifyStage(await readStage(join(runFolder(), 'features')));
  });

  it('write the same bytes again after everything was lost', async () => {
    for (const stage of stages) await run(stage);
    const before = await manifests();
    await rm(artifacts(), { recursive: true });
    for (const stage of stages) await run(stage);
    assert.deepEqual(await manifests(), before);
  });

  it('refuse to start without the previous stage', async () => {
    const { code, report } = await run('features');
    assert.equal(code, 66);
    assert.deepEqual([report.reason, report.kind], ['InputMissing', 'Permanent']);
    await assert.rejects(readdir(runFolder()));
  });

  it('refuse an altered input by its digest and write nothing', async () => {
    await run('fetch');
    const bars = join(runFolder(), 'fetch', 'bars.csv');
    await writeFile(bars, (await readFile(bars, 'utf8')).replace('2014', '2015'));
    const { code, report } = await run('features');
    assert.equal(code, 66);
    assert.equal(report.reason, 'InputAltered');
    assert.match(
      report.message ?? '',
      /bars\.csv was altered: sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}/,
    );
    assert.deepEqual(await readdir(runFolder()), ['fetch']);
  });

  it('ignore leftovers of a killed attempt, and start over', async () => {
    await run('fetch');
    await run('features');
    const child = start('train');
    // The first line of progress means that it is at work.
    await once(child.stdout!, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.ok(!(await readdir(runFolder())).includes('train'));
    const { code } = await run('train');
    assert.equal(code, 0);
    assert.deepEqual((await readdir(runFolder())).sort(), ['features', 'fetch', 'train']);
  });

  it('end soon on SIGTERM, with a transient failure', async () => {
    await run('fetch');
    await run('features');
    const child = start('train');
    await once(child.stdout!, 'data');
    child.stdout?.resume();
    child.kill('SIGTERM');
    const [code] = await once(child, 'exit');
    assert.equal(code, 75);
    const report = await readReport();
    assert.deepEqual([report.reason, report.kind], ['Interrupted', 'Transient']);
    assert.deepEqual((await readdir(runFolder())).sort(), ['features', 'fetch']);
  });

  for (const [what, args, message] of [
    ['no stage', [], /the first argument must be/],
    ['an unknown stage', ['deploy'], /must be fetch, features, train, evaluate or score, not 'deploy'/],
    ['no run', ['fetch', '--artifacts', 'x'], /give the TrainingRun, by either --run .* or --file/],
    ['two runs', ['fetch', '--artifacts', 'x', '--file', 'y', '--run', '{}'], /by either --run .* or --file/],
    ['no artifacts', ['fetch', '--file', 'x'], /--artifacts \(or BELLWETHER_ARTIFACTS\) is required/],
    [
      'a champion that is no version',
      ['evaluate', '--file', 'x', '--artifacts', 'y', '--champion', '../x'],
      /--champion: /,
    ],
    ['an unknown flag', ['fetch', '--force'], /Unknown option '--force'/],
    [
      'a time that is none',
      ['fetch', '--file', 'x', '--artifacts', 'y', '--now', 'noon'],
      /--now: must be a time/,
    ],
  ] as const) {
    it(`refuse ${what}`, () => {
      const { status, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
      assert.equal(status, 64);
      assert.match(stderr, message);
    });
  }

  it('report a full disk, and leave no files', async function () {
    // A tmpfs of 32 KiB in a mount namespace of its own: a real full disk that needs no root where
    // user namespaces are allowed.
    if (spawnSync('unshare', ['-rm', 'true']).status !== 0) this.skip();
    const script = `mount -t tmpfs -o size=32k tmpfs "$1" && shift && "$@"; code=$?; find "$ROOT" -mindepth 3; exit $code`;
    const root = artifacts();
    await mkdir(root);
    const { status, stdout } = spawnSync(
      'unshare',
      ['-rm', 'sh', '-c', script, 'sh', root, process.execPath, ...words('fetch')],
      { encoding: 'utf8', env: { ...process.env, ROOT: root } },
    );
    assert.equal(status, 74, stdout);
    const report = await readReport();
    assert.deepEqual([report.reason, report.kind], ['DiskFull', 'Transient']);
    assert.match(report.message ?? '', /no space left to write .*bars\.csv/);
    assert.ok(!stdout.includes('bars.csv\n'), stdout);
  });
});
