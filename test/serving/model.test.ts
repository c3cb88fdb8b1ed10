import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, readFile, rm, truncate, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure, type FailureReason } from '../../src/failure.ts';
import { StageWriter } from '../../src/pipeline/artifacts.ts';
import { publishVersion } from '../../src/pipeline/publish.ts';
import { versionOf } from '../../src/pipeline/version.ts';
import { proveGolden } from '../../src/serving/golden.ts';
import { loadModel } from '../../src/serving/model.ts';
import { indicators, serve, sharedModelFolder } from './harness.ts';

describe('loading a model', () => {
  let folder: string;
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'bellwether-load-'));
    folder = join(root, 'msft', 'second');
    await cp(await sharedModelFolder(), folder, { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  it('has the names of its folders and a version from the digests of all stages', async () => {
    const model = await loadModel(folder);
    assert.equal(model.name, 'msft');
    assert.equal(model.run, 'second');
    assert.match(model.version, /^[0-9a-f]{12}$/);
    assert.equal(model.version, versionOf(model.digests));
    assert.deepEqual(model.features, Object.keys(indicators));
  });

  it('loads a published version of a Model, with the given names', async () => {
    const version = await publishVersion(folder);
    const modelFolder = join(root, 'msft', '.versions', version);
    const published = await loadModel(modelFolder);
    assert.deepEqual([published.name, published.run, published.version], ['msft', version, version]);
    const server = await serve({
      modelFolder,
      modelName: 'shares',
      runName: 'second',
      expectedVersion: version,
    });
    try {
      const { status, json } = await server.request('/health');
      assert.deepEqual([status, json.model, json.run, json.version], [200, 'shares', 'second', version]);
    } finally {
      await server.close();
    }
  });

  it('refuses a stage whose input digests differ from the stage before it', async () => {
    const writer = await StageWriter.create(join(folder, 'features'));
    const inputs = { Fetch: 'f'.repeat(64) };
    await writer.commit({ stage: 'Features', code: 'fixture', parameters: {}, inputs, metrics: {} });
    const message = /features was made from Fetch f{64}, but the folder contains [0-9a-f]{64}/;
    await assert.rejects(loadModel(folder), message);
    await assert.rejects(publishVersion(folder), message);
  });

  it('refuses another version than the one expected, and names both', async () => {
    const { version } = await loadModel(folder);
    await assert.rejects(loadModel(folder, { expectedVersion: '0123456789ab' }), {
      reason: 'InputAltered',
      message: `${folder} holds version ${version}, expected 0123456789ab`,
    });
  });

  const damages: [what: string, damage: () => Promise<unknown>, reason: FailureReason, message: RegExp][] = [
    [
      'a missing stage',
      () => rm(join(folder, 'fetch'), { recursive: true }),
      'InputMissing',
      /fetch\/manifest\.json/,
    ],
    [
      'a missing file',
      () => unlink(join(folder, 'train/regressor.bin')),
      'InputMissing',
      /train\/regressor\.bin/,
    ],
    [
      'a cut off file',
      () => truncate(join(folder, 'train/classifier.bin'), 100),
      'InputAltered',
      /train\/classifier\.bin was truncated: sha256 is [0-9a-f]{64}, expected [0-9a-f]{64}/,
    ],
    [
      'an altered file that only the charts need',
      () => appendFile(join(folder, 'fetch/bars.csv'), '\n'),
      'InputAltered',
      /fetch\/bars\.csv was altered/,
    ],
    [
      'an altered manifest',
      async () => {
        const path = join(folder, 'train/manifest.json');
        await writeFile(path, (await readFile(path, 'utf8')).replace('"code": "fixture"', '"code": "other"'));
      },
      'InputAltered',
      /train\/manifest\.json was altered/,
    ],
    [
      'a manifest that is none',
      () => writeFile(join(folder, 'train/manifest.json'), '{'),
      'InvalidArtifact',
      /manifest/,
    ],
  ];
  for (const [what, damage, reason, message] of damages) {
    it(`refuses ${what}, and the server keeps reporting it`, async () => {
      await damage();
      await assert.rejects(loadModel(folder), error => {
        assert.ok(error instanceof Failure);
        assert.equal(error.reason, reason);
        assert.match(error.message, message);
        return true;
      });
      const server = await serve({ modelFolder: folder });
      try {
        const health = await server.request('/health');
        assert.equal(health.status, 503);
        assert.equal(health.json.status, 'failed');
        assert.equal(health.json.error?.code, 'ModelNotReady');
        assert.equal(health.json.error.details?.reason, reason);
        assert.match(String(health.json.error.message), message);
        assert.equal((await server.request('/livez')).status, 200);
        assert.equal((await server.post('/predict', indicators)).status, 503);
        assert.equal((await server.request('/v2/health/ready')).status, 503);
        const errors = server.log.lines.filter(({ msg }) => msg === 'the model cannot be served');
        assert.equal(errors.length, 1);
      } finally {
        await server.close();
      }
    });
  }

  it('refuses models that predict otherwise than when they were evaluated', async () => {
    const { golden, features, booster, forest } = await loadModel(folder);
    const first = golden.rows[0]!;
    const nearly = first.predictedReturn * (1 + Number.EPSILON);
    const changed = { ...golden, rows: [{ ...first, predictedReturn: nearly }] };
    assert.doesNotThrow(() => proveGolden(golden, features, booster, forest));
    assert.throws(
      () => proveGolden(changed, features, booster, forest),
      /golden row of .*: predicted return is/,
    );
    const otherRisk = { ...golden, rows: [{ ...first, riskLevel: (first.riskLevel + 1) % 3 }] };
    assert.throws(() => proveGolden(otherRisk, features, booster, forest), /risk level is/);
    assert.throws(() => proveGolden({ ...golden, features: ['a'] }, features, booster, forest), /features a/);
    const short = { ...golden, rows: [{ ...first, values: [1] }] };
    assert.throws(
      () => proveGolden(short, features, booster, forest),
      new RegExp(`1 values, expected ${features.length}`),
    );
  });
});
