/** A tag is released only as the version that every file states. */
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

  it('is that of the tag, where all files state it', () => {
    for (const other of [version, '1.0.0', '12.34.56', '1.0.0-rc.1', '2.0.0-alpha']) {
      assert.equal(releaseVersion(`v${other}`, withVersion(other, present)), other);
    }
  });

  it('is set without another change, as npm would', () => {
    const changed = withVersion('9.9.9', present);
    for (const path of versionedFiles) {
      assert.equal(changed.get(path)?.replaceAll('9.9.9', version), present.get(path), path);
    }
    const { packages, ...lock } = JSON.parse(changed.get('package-lock.json') ?? '');
    assert.deepEqual([lock.version, packages[''].version], ['9.9.9', '9.9.9']);
    assert.equal(JSON.parse(changed.get('package.json') ?? '').version, '9.9.9');
  });

  it('is not set where a place for it is missing', () => {
    const without = new Map(present).set('Dockerfile', 'FROM scratch\n');
    assert.throws(() => withVersion('9.9.9', without), /Dockerfile has ARG VERSION nowhere/);
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
      assert.throws(() => releaseVersion(tag, present), /is no tag of a version/);
    });
  }

  const places: readonly (readonly [path: string, stated: RegExp, place: RegExp])[] = [
    ['package.json', /"version": ".*"/, /package\.json has version 9\.9\.9/],
    ['package-lock.json', /"version": ".*"/, /package-lock\.json has version 9\.9\.9/],
    ['package-lock.json', /(?<="packages": \{[^}]*)"version": ".*"/, /package-lock\.json has packages\[''\]/],
    ['charts/bellwether/Chart.yaml', /^version: .*$/m, /Chart\.yaml has version 9\.9\.9/],
    ['charts/bellwether/Chart.yaml', /^appVersion: .*$/m, /Chart\.yaml has appVersion 9\.9\.9/],
    ['Dockerfile', /^ARG VERSION=.*$/m, /Dockerfile has ARG VERSION 9\.9\.9/],
  ];
  for (const [path, stated, place] of places) {
    it(`is refused when one place differs: ${place.source}`, () => {
      const text = present.get(path) ?? '';
      const altered = text.replace(stated, line => line.replace(version, '9.9.9'));
      assert.notEqual(altered, text);
      const refused = () => releaseVersion(`v${version}`, new Map(present).set(path, altered));
      assert.throws(refused, (error: Error) => place.test(error.message) && !error.message.includes(';'));
    });
  }

  it('is printed as the output of a step, or the program fails', () => {
    const program = (tag: string) =>
      spawnSync(process.execPath, [join(root, 'scripts/release-version.ts'), tag], { encoding: 'utf8' });
    const { status, stdout } = program(`v${version}`);
    assert.deepEqual([status, stdout], [0, `version=${version}\n`]);
    const other = program('v9.9.9');
    assert.deepEqual([other.status, other.stdout], [1, '']);
    for (const path of versionedFiles) assert.ok(other.stderr.includes(path), other.stderr);
  });
});
