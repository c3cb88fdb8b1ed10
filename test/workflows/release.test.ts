/** The scripts that publish a release, with a fake registry. */
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { kubernetesVersion } from '../../scripts/generated/operator-manifests.ts';
import { sha256 } from '../../src/pipeline/artifacts.ts';
import { hasHelm } from '../chart/render.ts';
import { root } from './read-workflows.ts';
import { type Registry, startRegistry } from './registry.ts';

const run = promisify(execFile);
const { version } = manifest;
const repository = 'https://github.com/Owner/bellwether';
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
    run(process.execPath, [join(root, 'scripts/package-chart.ts'), image, repository, folder]);

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

  const auth = Buffer.from('me:secret').toString('base64');

  /** What it prints. */
  async function pushChart(): Promise<string> {
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [registry.host]: { auth } } }));
    const words = [packaged(), `oci://${registry.host}/owner/charts`, '--plain-http'];
    const env = { ...process.env, DOCKER_CONFIG: folder };
    return (await run(script('push-chart.sh'), words, { env })).stdout;
  }

  it('pushes the chart with the credentials of docker, and names the digest that it has there', async function () {
    if (!hasHelm) this.skip();
    await packageChart('ghcr.io/owner/bellwether');
    const stdout = await pushChart();
    const pushed = registry.stored.get(`owner/charts/bellwether/manifests/${version}`);
    assert.equal(stdout, `digest=sha256:${sha256(pushed ?? '')}\n`);
    const layer = `sha256:${sha256(await readFile(packaged()))}`;
    assert.ok(pushed?.toString().includes(layer));
    assert.ok(registry.stored.has(`owner/charts/bellwether/blobs/${layer}`));
    assert.equal(registry.authorization, `Basic ${auth}`);
  });

  it('leaves a chart that is there, names its digest again, and takes no other in its place', async function () {
    if (!hasHelm) this.skip();
    await packageChart('ghcr.io/owner/bellwether');
    const stdout = await pushChart();
    const stored = new Map(registry.stored);
    assert.equal(await pushChart(), stdout);
    await packageChart('ghcr.io/another/bellwether');
    await assert.rejects(pushChart(), {
      code: 1,
      stdout: '',
      stderr: /a different chart with this version exists/,
    });
    assert.deepEqual(registry.stored, stored);
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

  /** Runs a script with fake programs: shell commands by program name. */
  async function withPrograms(name: string, words: readonly string[], programs: Record<string, string>) {
    for (const [program, commands] of Object.entries(programs)) {
      await writeFile(join(folder, program), `#!/bin/sh\n${commands}\n`, { mode: 0o755 });
    }
    return spawnSync(script(name), words, {
      encoding: 'utf8',
      env: {
        PATH: `${folder}${delimiter}${process.env.PATH}`,
        VERSION: '1.2.3',
        IMAGE: 'ghcr.io/owner/bellwether',
        GITHUB_REF_NAME: 'v1.2.3',
        GITHUB_REPOSITORY: 'owner/bellwether',
      },
    });
  }

  const [ours, other] = ['a', 'b'].map(digit => `sha256:${digit.repeat(64)}`);
  const tagged: readonly (readonly [when: string, before: string, after: string, status: number])[] = [
    ['there is no such tag', '', ours ?? '', 0],
    ['it has the tag already', ours ?? '', ours ?? '', 0],
    ['another image has the tag', other ?? '', other ?? '', 1],
  ];
  for (const [when, before, after, expected] of tagged) {
    it(`tags the image, when ${when}: exit code ${expected}, and no tag moves`, async () => {
      const tag = join(folder, 'tag');
      if (before !== '') await writeFile(tag, before);
      const { status, stderr } = await withPrograms('tag-image.sh', ['ghcr.io/o/b', ours ?? '', '1.2.3'], {
        docker: `case "$*" in
          'buildx imagetools inspect ghcr.io/o/b:1.2.3 '*) cat '${tag}' 2>/dev/null || { echo 'ERROR: not found' >&2; exit 1; } ;;
          'buildx imagetools create --tag ghcr.io/o/b:1.2.3 ghcr.io/o/b@${ours}') printf %s '${ours}' >'${tag}' ;;
          *) exit 64 ;;
        esac`,
      });
      assert.equal(status, expected, stderr);
      assert.equal(await readFile(tag, 'utf8'), after);
    });
  }

  it('tags nothing while the registry does not say whether there is such a tag', async () => {
    const docker = `case "$*" in *inspect*) echo 'ERROR: 500' >&2; exit 1 ;; *) touch '${folder}/created' ;; esac`;
    const { status } = await withPrograms('tag-image.sh', ['ghcr.io/o/b', ours ?? '', '1.2.3'], { docker });
    assert.equal(status, 1);
    await assert.rejects(readFile(join(folder, 'created')), { code: 'ENOENT' });
  });

  const absent = {
    gh: 'echo "release not found" >&2; exit 1',
    docker: 'echo "ERROR: $5: not found" >&2; exit 1',
  };
  const places: readonly (readonly [what: string, programs: Record<string, string>, said: RegExp | null])[] =
    [
      ['nothing', {}, null],
      ['a package that never was', { docker: 'echo "ERROR: 403 Forbidden" >&2; exit 1' }, null],
      ['the release', { gh: '' }, /release v1\.2\.3 exists already/],
      [
        'the image',
        { docker: `case $5 in */charts/*) ${absent.docker} ;; esac` },
        /owner\/bellwether:1\.2\.3 exists already/,
      ],
      [
        'the chart',
        { docker: `case $5 in */charts/*) ;; *) ${absent.docker} ;; esac` },
        /charts\/bellwether:1\.2\.3 exists already/,
      ],
      [
        'a registry out of order',
        { docker: 'echo "ERROR: 503" >&2; exit 1' },
        /whether ghcr.* exists: ERROR: 503/,
      ],
      ['GitHub out of order', { gh: 'echo "HTTP 502" >&2; exit 1' }, /whether release .* exists: HTTP 502/],
    ];
  for (const [what, programs, said] of places) {
    it(`${said === null ? 'begins' : 'ends at once'} where there is ${what}`, async () => {
      const { status, stderr } = await withPrograms('check-unreleased.sh', [], { ...absent, ...programs });
      assert.equal(status, said === null ? 0 : 1, stderr);
      if (said !== null) assert.match(stderr, said);
    });
  }

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
