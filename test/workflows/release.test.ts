/** The scripts that publish a release, on a stand-in for the registry. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { kubernetesVersion } from '../../scripts/generated/operator-manifests.ts';
import { sha256 } from '../../src/pipeline/artifacts.ts';
import { hasHelm } from '../chart/render.ts';
import { root } from './read-workflows.ts';
import { type Registry, startRegistry } from './registry.ts';

const run = promisify(execFile);
const { version } = manifest;
const script = (name: string) => join(root, '.github/scripts', name);

describe('release', () => {
  let folder: string;
  let registry: Registry;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'release-'));
    registry = await startRegistry();
  });
  afterEach(async () => {
    registry.close();
    await rm(folder, { recursive: true });
  });

  const packaged = () => join(folder, `bellwether-${version}.tgz`);
  const packageChart = (image: string) =>
    run(process.execPath, [join(root, 'scripts/package-chart.ts'), image, folder]);

  it('packages the chart with the image that is released with it', async function () {
    if (!hasHelm) this.skip();
    await packageChart('ghcr.io/owner/bellwether');
    const words = ['template', 'r', packaged(), '--kube-version', kubernetesVersion];
    const { stdout } = await run('helm', words, { maxBuffer: 16 * 1024 * 1024 });
    assert.match(stdout, new RegExp(`^ +image: "?ghcr.io/owner/bellwether:${version}"?$`, 'm'));
    const { stdout: readme } = await run('helm', ['show', 'readme', packaged()]);
    assert.match(readme, /`image\.registry` \| `"ghcr\.io"`/);
    assert.match(readme, /`image\.repository` \| `"owner\/bellwether"`/);
  });

  for (const image of ['bellwether', 'owner/bellwether', 'ghcr.io/Owner/bellwether', 'ghcr.io/a b', '']) {
    it(`packages nothing for the image '${image}'`, async () => {
      await assert.rejects(packageChart(image), /not an image with its registry/);
    });
  }

  it('pushes the chart with the credentials of docker, and names the digest that it has there', async function () {
    if (!hasHelm) this.skip();
    await packageChart('ghcr.io/owner/bellwether');
    const auth = Buffer.from('me:secret').toString('base64');
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const { stdout } = await run(
      script('push-chart.sh'),
      [packaged(), `oci://${registry.host}/owner/charts`, '--plain-http'],
      { env: { ...process.env, DOCKER_CONFIG: folder } },
    );
    const pushed = registry.stored.get(`owner/charts/bellwether/manifests/${version}`);
    assert.equal(stdout, `digest=sha256:${sha256(pushed ?? '')}\n`);
    const layer = `sha256:${sha256(await readFile(packaged()))}`;
    assert.ok(pushed?.toString().includes(layer));
    assert.ok(registry.stored.has(`owner/charts/bellwether/blobs/${layer}`));
    assert.equal(registry.authorization, `Basic ${auth}`);
  });

  it('names no digest of a chart that could not be pushed', async function () {
    if (!hasHelm) this.skip();
    await packageChart('ghcr.io/owner/bellwether');
    const words = [packaged(), `oci://${registry.host}/owner/charts`, '--plain-http'];
    const env = { ...process.env, DOCKER_CONFIG: folder };
    await assert.rejects(run(script('push-chart.sh'), words, { env }), {
      code: 1,
      stdout: '',
      stderr: /credential/,
    });
    assert.equal(registry.stored.size, 0);
  });

  it('has notes that name what was released by digest, and refuses to leave one out', () => {
    const variables = {
      VERSION: '1.2.3',
      IMAGE: 'ghcr.io/owner/bellwether',
      IMAGE_DIGEST: `sha256:${'a'.repeat(64)}`,
      CHART: 'ghcr.io/owner/bellwether/charts/bellwether',
      CHART_DIGEST: `sha256:${'b'.repeat(64)}`,
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'owner/bellwether',
    };
    const notes = (env: Record<string, string>) =>
      spawnSync(script('release-notes.sh'), [], {
        encoding: 'utf8',
        env: { PATH: process.env.PATH, ...env },
      });
    const { stdout } = notes(variables);
    const { IMAGE, IMAGE_DIGEST, CHART, CHART_DIGEST } = variables;
    for (const part of [
      `helm install bellwether oci://${CHART} --version 1.2.3`,
      `${IMAGE}:1.2.3@${IMAGE_DIGEST}`,
      `oci://${CHART}:1.2.3@${CHART_DIGEST}`,
      'https://github.com/owner/bellwether/blob/v1.2.3/docs/release.md#verify',
    ]) {
      assert.ok(stdout.includes(part), part);
    }
    for (const name of Object.keys(variables)) {
      const { [name as keyof typeof variables]: _, ...others } = variables;
      assert.notEqual(notes(others).status, 0, name);
      assert.notEqual(notes({ ...others, [name]: '' }).status, 0, `empty ${name}`);
    }
  });
});
