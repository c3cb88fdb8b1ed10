import assert from 'node:assert/strict';
import { access, mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageNames } from '../../src/api/artifacts.ts';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { Failure } from '../../src/failure.ts';
import { readStage, verifyStage } from '../../src/pipeline/artifacts.ts';
import { runStage, type StageRunOptions } from '../../src/pipeline/run-stage.ts';
import type { Stage } from '../../src/pipeline/stage.ts';

/** Two stages small enough to see through: Fetch writes its seed, Features reads it and doubles it. */
function stages() {
  const runs = { Fetch: 0, Features: 0 };
  const fetch: Stage = {
    name: 'Fetch',
    reads: [],
    usesWorkers: false,
    parameters: spec => ({ seed: spec.seed }),
    async run(context) {
      runs.Fetch += 1;
      await context.output('seed.txt', String(context.spec.seed));
      return { seed: context.spec.seed };
    },
  };
  const features: Stage = {
    name: 'Features',
    reads: ['Fetch'],
    usesWorkers: false,
    parameters: () => ({}),
    async run(context) {
      runs.Features += 1;
      const seed = Number((await context.input('Fetch', 'seed.txt')).toString());
      await context.output('twice.txt', String(seed * 2));
      return {};
    },
  };
  return { runs, fetch, features };
}

describe('running a stage', () => {
  let runFolder: string;
  let options: StageRunOptions;

  beforeEach(async () => {
    runFolder = join(await mkdtemp(join(tmpdir(), 'run-stage-')), 'aapl', 'first');
    options = {
      runFolder,
      spec: trainingRunSpecSchema.parse({ seed: 7 }),
      environment: { now: '2026-01-02T00:00:00Z' },
      runTask: () => Promise.reject(new Error('no tasks here')),
      signal: new AbortController().signal,
      progress: () => {},
    };
  });
  afterEach(() => rm(join(runFolder, '..', '..'), { recursive: true, force: true }));

  const text = (path: string) => readFile(join(runFolder, path), 'utf8');

  async function rejectsWith(work: Promise<unknown>, reason: string, pattern: RegExp): Promise<void> {
    await assert.rejects(work, (error: unknown) => {
      assert.ok(error instanceof Failure, String(error));
      assert.equal(error.reason, reason);
      assert.match(error.message, pattern);
      return true;
    });
  }

  it('writes outputs and a manifest that verify', async () => {
    const { fetch, features } = stages();
    await runStage(fetch, options);
    const outcome = await runStage(features, options);
    assert.equal(outcome.state, 'Succeeded');
    assert.equal(await text('features/twice.txt'), '14');
    const stored = await readStage(join(runFolder, 'features'));
    const input = await readStage(join(runFolder, 'fetch'));
    assert.equal(stored.manifest.inputs.Fetch, input.manifest.outputDigest);
    assert.equal((await stored.read('twice.txt')).toString(), '14');
  });

  it('reuses a stage whose work is the same, and writes the same bytes when it is not reused', async () => {
    const { runs, fetch } = stages();
    await runStage(fetch, options);
    const before = await text('fetch/manifest.json');
    assert.equal((await runStage(fetch, options)).state, 'Reused');
    assert.equal(runs.Fetch, 1);
    await rm(join(runFolder, 'fetch'), { recursive: true });
    assert.equal((await runStage(fetch, options)).state, 'Succeeded');
    assert.equal(await text('fetch/manifest.json'), before);
  });

  it('runs again, and all that follows, when a parameter changes', async () => {
    const { runs, fetch, features } = stages();
    for (const stage of [fetch, features]) await runStage(stage, options);
    const changed = { ...options, spec: { ...options.spec, seed: 8 } };
    for (const stage of [fetch, features]) await runStage(stage, changed);
    assert.deepEqual(runs, { Fetch: 2, Features: 2 });
    assert.equal(await text('features/twice.txt'), '16');
  });

  for (const [what, harm] of [
    ['altered', (path: string) => writeFile(path, '8')],
    ['truncated', (path: string) => truncate(path, 0)],
    ['missing', (path: string) => rm(path)],
  ] as const) {
    it(`does the work again when its own output is ${what}`, async () => {
      const { runs, fetch } = stages();
      await runStage(fetch, options);
      await harm(join(runFolder, 'fetch/seed.txt'));
      await runStage(fetch, options);
      assert.equal(runs.Fetch, 2);
      assert.equal(await text('fetch/seed.txt'), '7');
    });

    it(`refuses an input that is ${what}, by name, and writes nothing`, async () => {
      const { fetch, features } = stages();
      await runStage(fetch, options);
      await harm(join(runFolder, 'fetch/seed.txt'));
      const reason = what === 'missing' ? 'InputMissing' : 'InputAltered';
      await rejectsWith(runStage(features, options), reason, new RegExp(`seed\\.txt (is|was) ${what}`));
      assert.deepEqual(await readdir(runFolder), ['fetch']);
    });
  }

  it('names both digests of an altered input', async () => {
    const { fetch, features } = stages();
    await runStage(fetch, options);
    await writeFile(join(runFolder, 'fetch/seed.txt'), '8');
    await rejectsWith(
      runStage(features, options),
      'InputAltered',
      /sha256 is 2c624232cd[0-9a-f]{54}, expected 7902699be4[0-9a-f]{54}/,
    );
  });

  it('refuses a missing stage, a broken manifest and an edited manifest', async () => {
    const { fetch, features } = stages();
    await rejectsWith(runStage(features, options), 'InputMissing', /fetch\/manifest\.json is missing/);
    await runStage(fetch, options);
    const path = join(runFolder, 'fetch/manifest.json');
    const manifest = await readFile(path, 'utf8');
    await writeFile(path, manifest.slice(0, 40));
    await rejectsWith(runStage(features, options), 'InvalidArtifact', /manifest\.json is not JSON/);
    await writeFile(path, '{}');
    await rejectsWith(
      runStage(features, options),
      'InvalidArtifact',
      /manifest\.json: formatVersion: [^;]+; stage: [^;]+; inputDigest: [^;]+$/,
    );
    await writeFile(path, manifest.replaceAll('seed.txt', '../seed.txt'));
    await rejectsWith(
      runStage(features, options),
      'InvalidArtifact',
      /outputs\.0\.file: must be a plain file name/,
    );
    await writeFile(path, manifest.replace('"seed": 7', '"seed": 9'));
    await rejectsWith(runStage(features, options), 'InputAltered', /digests do not match/);
  });

  it('leaves nothing behind when it fails, and keeps what was there', async () => {
    const { fetch } = stages();
    await runStage(fetch, options);
    const failing: Stage = {
      ...fetch,
      async run(context) {
        await context.output('seed.txt', 'half');
        throw new Failure('InvalidBars', 'bad');
      },
    };
    const changed = { ...options, spec: { ...options.spec, seed: 8 } };
    await rejectsWith(runStage(failing, changed), 'InvalidBars', /bad/);
    assert.deepEqual(await readdir(runFolder), ['fetch']);
    assert.equal(await text('fetch/seed.txt'), '7');
  });

  it('lets a stage read the champion, verified as any input', async () => {
    const { fetch } = stages();
    const folder = join(runFolder, '../champion');
    for (const name of stageNames) {
      await runStage({ ...fetch, name, reads: [] }, { ...options, runFolder: folder });
    }
    const judging: Stage = {
      name: 'Evaluate',
      reads: [],
      usesWorkers: false,
      parameters: (_, { champion }) => ({ champion: champion?.version ?? null }),
      async run({ champion, output }) {
        const seed = await champion?.open().then(({ stages }) => stages.Fetch.read('seed.txt'));
        await output('champion.txt', `${champion?.version}: ${seed}`);
        return {};
      },
    };
    const champion = { version: 'abcdef012345', folder };
    const beside = { ...options, environment: { ...options.environment, champion } };
    await runStage(judging, beside);
    assert.equal(await text('evaluate/champion.txt'), 'abcdef012345: 7');
    assert.equal((await runStage(judging, beside)).state, 'Reused');
    assert.equal((await runStage(judging, options)).state, 'Succeeded');
    await writeFile(join(folder, 'fetch/seed.txt'), '8');
    await rejectsWith(runStage(judging, beside), 'InputAltered', /seed\.txt was altered/);
  });

  it('gives worker threads only to a stage that declares them', async () => {
    const { fetch } = stages();
    const computing: Stage = {
      ...fetch,
      run: async ({ runTask }) => ({ trees: await runTask('trainTrees', {} as never).then(() => 1) }),
    };
    await assert.rejects(runStage(computing, options), /Fetch does not declare that it uses workers/);
    assert.equal(
      (
        await runStage(
          { ...computing, usesWorkers: true },
          { ...options, runTask: async () => undefined as never },
        )
      ).state,
      'Succeeded',
    );
  });

  it('removes leftovers of a killed attempt', async () => {
    const { fetch } = stages();
    await mkdir(join(runFolder, '.fetch-killed'), { recursive: true });
    await writeFile(join(runFolder, '.fetch-killed', 'seed.txt'), 'half');
    await runStage(fetch, options);
    assert.deepEqual(await readdir(runFolder), ['fetch']);
  });

  it('finds its work done when a rival was quicker, and both leave one folder', async () => {
    const { runs, fetch } = stages();
    // The slower one has written its output when the quicker one begins, finishes, and clears its folder away.
    const slower: Stage = {
      ...fetch,
      async run(context) {
        await context.output('seed.txt', String(context.spec.seed));
        assert.equal((await runStage(fetch, options)).state, 'Succeeded');
        return { seed: context.spec.seed };
      },
    };
    const outcome = await runStage(slower, options);
    assert.equal(outcome.state, 'Reused');
    assert.equal(runs.Fetch, 1);
    assert.deepEqual(await readdir(runFolder), ['fetch']);
    await verifyStage(await readStage(join(runFolder, 'fetch')));
  });

  it('fails as one that may be tried again when a rival with other parameters was quicker', async () => {
    const { fetch } = stages();
    const changed = { ...options, spec: { ...options.spec, seed: 8 } };
    const slower: Stage = {
      ...fetch,
      async run(context) {
        await context.output('seed.txt', String(context.spec.seed));
        await runStage(fetch, changed);
        return {};
      },
    };
    await assert.rejects(runStage(slower, options), { reason: 'StorageFailed', kind: 'Transient' });
    assert.deepEqual(await readdir(runFolder), ['fetch']);
    assert.equal(await text('fetch/seed.txt'), '8');
  });

  it('may happen many times at once: one folder is left, whole', async () => {
    const { fetch } = stages();
    await runStage(fetch, { ...options, spec: { ...options.spec, seed: 8 } });
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => runStage(fetch, options)));
    assert.equal(new Set(outcomes.map(({ manifest }) => manifest.outputDigest)).size, 1);
    assert.deepEqual(await readdir(runFolder), ['fetch']);
    await verifyStage(await readStage(join(runFolder, 'fetch')));
    assert.equal(await text('fetch/seed.txt'), '7');
  });

  it('does not commit a run that was cancelled while it worked', async () => {
    const { fetch } = stages();
    const cancel = new AbortController();
    const slow: Stage = {
      ...fetch,
      async run(context, environment) {
        const metrics = await fetch.run(context, environment);
        cancel.abort(new Failure('Interrupted', 'stopped'));
        return metrics;
      },
    };
    await rejectsWith(runStage(slow, { ...options, signal: cancel.signal }), 'Interrupted', /stopped/);
    await assert.rejects(access(join(runFolder, 'fetch')));
  });
});
