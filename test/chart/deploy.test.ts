/** `make deploy`, with fake helm and kubectl that record their arguments. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const make = execFileSync('/bin/sh', ['-c', 'command -v make'], { encoding: 'utf8' }).trim();

describe('make deploy', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'deploy-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Runs `make deploy` with only these programs on the PATH. Returns their commands. */
  async function deploy(programs: readonly string[], ...settings: readonly string[]) {
    const log = join(folder, 'log');
    await writeFile(log, '');
    for (const program of programs) {
      const script = `#!/bin/sh\necho "${program} $*" >>'${log}'\n`;
      await writeFile(join(folder, program), script, { mode: 0o755 });
    }
    const { status, stderr } = spawnSync(make, ['deploy', ...settings], {
      cwd: root,
      encoding: 'utf8',
      env: { PATH: folder },
    });
    return { status, stderr, commands: (await readFile(log, 'utf8')).split('\n').slice(0, -1) };
  }

  const digest = `sha256:${'0'.repeat(64)}`;
  const images: readonly (readonly [image: string, repository: string, tag: string, digest: string])[] = [
    ['bellwether:dev', 'bellwether', 'dev', ''],
    ['bellwether', 'bellwether', 'latest', ''],
    ['registry.example.com/team/bellwether:1.2.3', 'registry.example.com/team/bellwether', '1.2.3', ''],
    ['registry.example.com:5000/bellwether', 'registry.example.com:5000/bellwether', 'latest', ''],
    ['registry.example.com:5000/bellwether:7', 'registry.example.com:5000/bellwether', '7', ''],
    ['localhost:5000/dev:dev', 'localhost:5000/dev', 'dev', ''],
    [`registry.example.com:5000/b@${digest}`, 'registry.example.com:5000/b', 'latest', digest],
    [`registry.example.com:5000/b:7@${digest}`, 'registry.example.com:5000/b', '7', digest],
  ];
  for (const [image, repository, tag, expected] of images) {
    it(`passes ${image} to helm as repository, tag and digest`, async () => {
      const { status, stderr, commands } = await deploy(['helm', 'kubectl'], `IMAGE=${image}`);
      assert.equal(status, 0, stderr);
      const values = `image.repository=${repository},image.tag=${tag},image.digest=${expected}`;
      assert.equal(commands.length, 1);
      assert.match(commands[0] ?? '', /^helm upgrade bellwether charts\/bellwether --install /);
      assert.ok(commands[0]?.includes(` --set-string ${values} `), commands[0]);
    });
  }

  it('passes all other flags to helm', async () => {
    const { commands } = await deploy(['helm'], 'HELM_FLAGS=--set replicas=2');
    assert.match(commands[0] ?? '', / --set replicas=2$/);
  });

  it('applies the manifests if helm is not installed', async () => {
    const { status, stderr, commands } = await deploy(['kubectl']);
    assert.equal(status, 0, stderr);
    assert.equal(commands[0], 'kubectl apply --server-side -k manifests');
  });

  for (const [setting, reason] of [
    ['IMAGE=registry.example.com/bellwether:1.2.3', /manifests\/kustomization\.yaml names the image/],
    ['HELM_FLAGS=--set replicas=2', /nothing takes HELM_FLAGS/],
  ] as const) {
    it(`changes nothing for ${setting} if helm is not installed`, async () => {
      const { status, stderr, commands } = await deploy(['kubectl'], setting);
      assert.notEqual(status, 0);
      assert.match(stderr, reason);
      assert.deepEqual(commands, []);
    });
  }
});
