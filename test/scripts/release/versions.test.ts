/** A tag is released only if every file has its version. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import manifest from '../../../package.json' with { type: 'json' };
import { releaseVersion, versionedFiles, withVersion } from '../../../scripts/release/versions.ts';

const root = join(import.meta.dirname, '../../..');
const { version } = manifest;

describe('version of a release', () => {
  const present = new Map(versionedFiles.map(path => [path, readFileSync(join(root, path), 'utf8')]));

  it('is that of the tag if all files have it', () => {
    for (const other of [version, '1.0.0', '12.34.56', '1.0.0-rc.1', '2.0.0-alpha']) {
      assert.equal(releaseVersion(`v${other}`, withVersion(other, present)), other);
    }
  });

  it('is set without another change, like npm does', () => {
    const changed = withVersion('9.9.9', present);
    for (const path of versionedFiles) {
      assert.equal(changed.get(path)?.replaceAll('9.9.9', version), present.get(path), path);
    }
    const { packages, ...lock } = JSON.parse(changed.get('package-lock.json') ?? '');
    assert.deepEqual([lock.version, packages[''].version], ['9.9.9', '9.9.9']);
    assert.equal(JSON.parse(changed.get('package.json') ?? '').version, '9.9.9');
  });

  it('is not set if a place for it is missing', () => {
    const without = new Map(present).set('Dockerfile', 'FROM scratch\n');
    assert.throws(() => withVersion('9.9.9', without), /Dockerfile: ARG VERSION is missing/);
  });

  for (const tag of [
    '',
    'v',
    'main',
    version,
    `V${version}`,
    `v${version}.0`,
    'v1.0',
    `v${version}+build`,
    `v${version}-`,
  ]) {
    it(`is not in '${tag}'`, () => {
      assert.throws(() => releaseVersion(tag, present), /is not a version tag/);
    });
  }

  const places: readonly (readonly [path: string, line: RegExp, place: RegExp])[] = [
    ['package.json', /"version": ".*"/, /package\.json: version is 9\.9\.9/],
    ['package-lock.json', /"version": ".*"/, /package-lock\.json: version is 9\.9\.9/],
    ['package-lock.json', /(?<="packages": \{[^}]*)"version": ".*"/, /package-lock\.json: packages\[''\]/],
    ['charts/bellwether/Chart.yaml', /^version: .*$/m, /Chart\.yaml: version is 9\.9\.9/],
    ['charts/bellwether/Chart.yaml', /^appVersion: .*$/m, /Chart\.yaml: appVersion is 9\.9\.9/],
    ['Dockerfile', /^ARG VERSION=.*$/m, /Dockerfile: ARG VERSION is 9\.9\.9/],
  ];
  for (const [path, line, place] of places) {
    it(`is refused when one place differs: ${place.source}`, () => {
      const text = present.get(path) ?? '';
      const altered = text.replace(line, found => found.replace(version, '9.9.9'));
      assert.notEqual(altered, text);
      const release = () => releaseVersion(`v${version}`, new Map(present).set(path, altered));
      assert.throws(release, (error: Error) => place.test(error.message) && !error.message.includes(';'));
    });
  }

  it('is printed as the output of a workflow step, or the program fails', () => {
    const program = (tag: string) =>
      spawnSync(process.execPath, [join(root, 'scripts/release-version.ts'), tag], { encoding: 'utf8' });
    const { status, stdout } = program(`v${version}`);
    assert.deepEqual([status, stdout], [0, `version=${version}\n`]);
    const other = program('v9.9.9');
    assert.deepEqual([other.status, other.stdout], [1, '']);
    for (const path of versionedFiles) assert.ok(other.stderr.includes(path), other.stderr);
  });
});
