/** The bundles, away from the sources and from `node_modules`, do what the sources do. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '../..');

const trainingRun = JSON.stringify({
  apiVersion: 'bellwether.dev/v1alpha1',
  kind: 'TrainingRun',
  metadata: { name: 'small' },
  spec: {
    model: 'aapl',
    data: { source: 'Sample' },
    regressor: { maxDepth: [1], learningRate: [0.05], minChildWeight: [20], rounds: 10 },
    classifier: { trees: 12, maxDepth: [4], sampling: 'Bootstrap' },
    validation: { folds: 2, walkForwardFolds: 2 },
  },
});

describe('bundled programs', () => {
  let folder: string;
  const bundle = () => join(folder, 'dist', 'bellwether.js');
  const artifacts = (name: string) => join(folder, name);

  before(async function () {
    this.timeout(60_000);
    folder = await mkdtemp(join(tmpdir(), 'bellwether-build-'));
    const words = [join(root, 'scripts/build.ts'), join(folder, 'dist')];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.match(stdout, /: \d+\.\d+\.\d+\+[0-9a-f]{12}, /);
    for (const [name, program] of [
      ['bundled', bundle()],
      ['sources', join(root, 'cmd/bellwether.ts')],
    ] as const) {
      for (const stage of ['fetch', 'features', 'train', 'evaluate']) runStage(program, stage, name);
    }
  });
  after(() => rm(folder, { recursive: true, force: true }));

  function runStage(program: string, stage: string, name: string): void {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'stage', stage], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        BELLWETHER_RUN: trainingRun,
        BELLWETHER_ARTIFACTS: artifacts(name),
        BELLWETHER_NOW: '2026-01-02T00:00:00Z',
      },
    });
    assert.equal(status, 0, stdout + stderr);
  }

  async function files(name: string): Promise<Map<string, string>> {
    const entries = await readdir(artifacts(name), { recursive: true, withFileTypes: true });
    const paths = entries.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name));
    return new Map(
      await Promise.all(
        paths
          .sort()
          .map(async path => [path.slice(artifacts(name).length), await readFile(path, 'hex')] as const),
      ),
    );
  }

  it('write the same bytes as the sources: outputs, manifests and the published version', async () => {
    const [bundled, sources] = await Promise.all([files('bundled'), files('sources')]);
    assert.deepEqual([...bundled.keys()], [...sources.keys()]);
    assert.ok([...bundled.keys()].some(path => path.startsWith('/aapl/.versions/')));
    for (const [path, bytes] of sources) assert.equal(bundled.get(path), bytes, path);
  });

  it('have a bill of materials of the packages in them', async () => {
    const document = JSON.parse(await readFile(join(folder, 'dist/sbom.cdx.json'), 'utf8'));
    const names = new Set(document.components.map(({ name }: { name: string }) => name));
    assert.equal(document.metadata.component.name, 'bellwether');
    for (const name of ['koa', 'ml-xgboost', 'uplot', '@observablehq/sample-datasets']) {
      assert.ok(names.has(name), `no ${name}`);
    }
    // A tool, and a package of the Kubernetes client's unused API.
    for (const name of ['mocha', 'undici']) assert.ok(!names.has(name), name);
  });

  it('serve the API, the page and batches, which need files and worker threads', async () => {
    const words = ['server', '--model-dir', join(artifacts('bundled'), 'aapl', 'small'), '--port', '0'];
    const child = spawn(process.execPath, [bundle(), ...words], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    let url = '';
    for await (const line of createInterface({ input: child.stdout })) {
      const entry = JSON.parse(line) as { msg: string; url?: string };
      url = entry.url ?? url;
      if (entry.msg !== 'ready') continue;
      await ask(url);
      child.kill('SIGTERM');
    }
    assert.deepEqual(await closed, [0, null]);
  });

  async function ask(url: string): Promise<void> {
    for (const path of [
      '/health',
      '/',
      '/docs',
      '/openapi.json',
      '/model/report',
      '/assets/uPlot.iife.min.js',
      '/metrics',
    ]) {
      const response = await fetch(url + path);
      assert.equal(response.status, 200, path);
      await response.arrayBuffer();
    }
    const bars = await readFile(join(artifacts('bundled'), 'aapl/small/fetch/bars.csv'));
    const answer = await fetch(`${url}/predict_batch`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', accept: 'text/csv' },
      body: bars,
    });
    assert.equal((await answer.text()).split('\n').length, bars.toString().split('\n').length);
  }

  it('load no Kubernetes client but for the operator', async () => {
    const dist = join(folder, 'dist');
    const loaded = async (name: string, seen = new Set<string>()): Promise<Set<string>> => {
      if (seen.has(name)) return seen;
      seen.add(name);
      const text = await readFile(join(dist, name), 'utf8');
      for (const [, next] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) await loaded(next!, seen);
      return seen;
    };
    const names = await readdir(dist);
    for (const program of ['stage', 'server']) {
      for (const start of names.filter(name => name.startsWith(`${program}-`) && name.endsWith('.js'))) {
        for (const name of await loaded(start)) {
          const text = await readFile(join(dist, name), 'utf8');
          assert.ok(!text.includes('KUBERNETES_SERVICE_HOST'), `${start} loads ${name}`);
        }
      }
    }
  });
});
