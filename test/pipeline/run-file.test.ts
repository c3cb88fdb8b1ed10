import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../../src/failure.ts';
import { readRunFile } from '../../src/pipeline/run-file.ts';

describe('a run file', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bellwether-'));
  });
  after(() => rm(folder, { recursive: true }));

  const head = 'apiVersion: bellwether.dev/v1alpha1\nkind: TrainingRun\n';

  async function read(text: string) {
    const path = join(folder, 'run.yaml');
    await writeFile(path, text);
    return readRunFile(path);
  }

  it('is YAML, completed with every default; days need no quotes', async () => {
    const { metadata, spec } = await read(
      `${head}metadata: {name: aapl}\nspec:\n  symbol: MSFT\n  data: {start: 2013-01-01}\n`,
    );
    assert.equal(metadata.name, 'aapl');
    assert.equal(spec.symbol, 'MSFT');
    assert.deepEqual([spec.data.source, spec.data.start], ['Yahoo', '2013-01-01']);
    assert.equal(spec.features.longWindow, 50);
  });

  it('may be JSON', async () => {
    const document = {
      apiVersion: 'bellwether.dev/v1alpha1',
      kind: 'TrainingRun',
      metadata: { name: 'a' },
      spec: { seed: 7 },
    };
    assert.equal((await read(JSON.stringify(document))).spec.seed, 7);
  });

  for (const [what, text, message] of [
    ['an unknown field', `${head}metadata: {name: a}\nspec: {sed: 1}\n`, /run\.yaml: spec: .*"sed"/],
    [
      'every wrong value',
      `${head}metadata: {name: a}\nspec: {seed: -1, classifier: {trees: many}}\n`,
      /spec\.classifier\.trees: .*spec\.seed: /,
    ],
    [
      'fields that exclude each other',
      `${head}metadata: {name: a}\nspec: {data: {path: x}}\n`,
      /data\.path: /,
    ],
    ['another kind', 'apiVersion: v1\nkind: Pod\n', /apiVersion: .*kind: .*metadata: .*spec: /],
    ['an empty file', '', /run\.yaml is not YAML: /],
    ['two documents', `${head}---\n${head}`, /run\.yaml is not YAML: .*single document/],
    ['text that is no YAML', 'a: [\n', /run\.yaml is not YAML: /],
  ] as const) {
    it(`names ${what}`, async () => {
      await assert.rejects(read(text), (error: unknown) => {
        assert.ok(error instanceof Failure);
        assert.equal(error.reason, 'InvalidSpec');
        assert.match(error.message, message);
        return true;
      });
    });
  }

  it('that does not exist is named', async () => {
    await assert.rejects(readRunFile(join(folder, 'none.yaml')), {
      reason: 'InvalidSpec',
      message: /cannot read the run file .*none\.yaml: ENOENT/,
    });
  });
});
