/** The recipe for a release in docs/release.md, on a copy of the repository: afterwards its checks pass. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versionedFiles } from '../../scripts/release/versions.ts';
import { hasHelm } from '../chart/render.ts';
import { root } from './read-workflows.ts';

const needed = [...versionedFiles, 'Makefile', 'charts', 'docs', 'manifests', 'scripts', 'src'];

describe('make version', () => {
  let folder: string;
  before(async function () {
    if (!hasHelm) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'release-recipe-'));
    for (const path of needed) await cp(join(root, path), join(folder, path), { recursive: true });
    await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  });
  after(async () => {
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  /** Without installing again, although package.json is newer than what is installed. */
  const make = (...words: string[]) =>
    spawnSync('make', ['--old-file=node_modules/.package-lock.json', ...words], {
      cwd: folder,
      encoding: 'utf8',
    });
  const operator = () => readFile(join(folder, 'manifests/operator/operator.yaml'), 'utf8');

  for (const version of ['98.7.6-rc.1', '98.7.6']) {
    it(`makes all that a release of ${version} is checked for`, async () => {
      const { status, stdout, stderr } = make('version', `V=${version}`);
      assert.equal(status, 0, stdout + stderr);
      const program = join(folder, 'scripts/release-version.ts');
      const said = execFileSync(process.execPath, [program, `v${version}`], { encoding: 'utf8' });
      assert.equal(said, `version=${version}\n`);
      const verified = make('verify');
      assert.equal(verified.status, 0, verified.stdout + verified.stderr);
      assert.match(await operator(), new RegExp(`^ +image: "?bellwether:${version}"?$`, 'm'));
    });
  }

  for (const words of [[], ['V=v1.2.3'], ['V=1.2'], ['V=1.2.3+build']]) {
    it(`changes nothing for '${words.join('')}'`, async () => {
      const before = await operator();
      const { status, stderr } = make('version', ...words);
      assert.notEqual(status, 0);
      assert.match(stderr, /is not a version/);
      assert.equal(make('verify').status, 0);
      assert.equal(await operator(), before);
    });
  }
});
