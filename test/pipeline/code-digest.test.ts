import assert from 'node:assert/strict';
import { appendFile, cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stageNames } from '../../src/api/artifacts.ts';
import { codeDigest } from '../../src/pipeline/code-digest.ts';
import { stageModules } from '../../src/pipeline/code-version.ts';
import { loadStage } from '../../src/pipeline/stages.ts';

const repository = join(import.meta.dirname, '../..');

describe('the digest of the code that a stage reaches', () => {
  let root: string;
  let unchanged: Map<string, string>;

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'bellwether-code-'));
    for (const path of ['src', 'package-lock.json']) {
      await cp(join(repository, path), join(root, path), { recursive: true });
    }
    unchanged = await digests();
  });
  after(() => rm(root, { recursive: true, force: true }));

  async function digests(): Promise<Map<string, string>> {
    const entries = stageNames.map(async name => {
      const modules = stageModules(await loadStage(name));
      return [name, await codeDigest(root, modules)] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /** The stages whose digest changes while the file is different. */
  async function changedBy(path: string, change: () => Promise<void>): Promise<string[]> {
    const original = await readFile(join(root, path));
    try {
      await change();
      const now = await digests();
      return stageNames.filter(name => now.get(name) !== unchanged.get(name));
    } finally {
      await writeFile(join(root, path), original);
    }
  }

  const append = (path: string, text: string) => changedBy(path, () => appendFile(join(root, path), text));

  it('is the same in another folder', async () => {
    const fetch = stageModules(await loadStage('Fetch'));
    assert.equal(await codeDigest(repository, fetch), unchanged.get('Fetch'));
    assert.match(unchanged.get('Fetch') ?? '', /^[0-9a-f]{64}$/);
  });

  for (const [what, path, text, stages] of [
    ['a comment', 'src/features/risk.ts', '\n// A comment.\n', []],
    ['a type', 'src/features/risk.ts', '\nexport type Other = string;\n', []],
    ['a style of the page alone', 'src/web/page.css', '\nbody { color: red }\n', []],
    [
      'a style of the report',
      'src/web/base.css',
      '\n/* A comment that the report embeds. */\n',
      ['Evaluate'],
    ],
    ['a script of the report', 'src/web/charts/bands.js', '\n// A comment.\n', ['Evaluate']],
    ['the server', 'src/serving/server.ts', '\nconsole.log(1);\n', []],
    ['the operator', 'src/controller/operator.ts', '\nconsole.log(1);\n', []],
    ['the local run', 'src/local/pipeline.ts', '\nconsole.log(1);\n', []],
    ['a source of bars', 'src/market/splits.ts', '\nconsole.log(1);\n', ['Fetch']],
    ['a feature', 'src/features/stream.ts', '\nconsole.log(1);\n', ['Features', 'Evaluate']],
    [
      'what worker threads run',
      'src/models/forest/training.ts',
      '\nconsole.log(1);\n',
      ['Train', 'Evaluate'],
    ],
    ['the report', 'src/report/report.ts', '\nconsole.log(1);\n', ['Evaluate']],
    ['what all use', 'src/failure.ts', '\nconsole.log(1);\n', [...stageNames]],
  ] as const) {
    it(`changes with ${what}: ${stages.join(', ') || 'no stage'}`, async () => {
      assert.deepEqual(await append(path, text), stages);
    });
  }

  for (const [name, stages] of [
    ['zod', [...stageNames]],
    ['yahoo-finance2', ['Fetch']],
    ['technicalindicators', ['Features', 'Evaluate']],
    ['ml-xgboost', ['Train', 'Evaluate']],
    ['uplot', ['Evaluate']],
    ['koa', []],
    ['esbuild', []],
  ] as const) {
    it(`changes with the locked version of ${name}: ${stages.join(', ') || 'no stage'}`, async () => {
      const lock = 'package-lock.json';
      const changed = await changedBy(lock, async () => {
        const content = JSON.parse(await readFile(join(root, lock), 'utf8'));
        content.packages[`node_modules/${name}`].version = '999.0.0';
        await writeFile(join(root, lock), JSON.stringify(content));
      });
      assert.deepEqual(changed, stages);
    });
  }

  for (const [what, text, message] of [
    [
      'whose name is not in the source',
      'export const f = (name: string) => webFile(name);',
      /must be a string/,
    ],
    ['that it cannot see', "export const f = new URL('./f', import.meta.url);", /use src\/package-files\.ts/],
  ] as const) {
    it(`refuses a file ${what}`, async () => {
      await assert.rejects(append('src/report/sources.ts', `\n${text}\n`), message);
    });
  }
});
