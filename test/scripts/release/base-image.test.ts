/** The image's base is pinned by digest where Dependabot finds it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';

const root = join(import.meta.dirname, '../../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** A `FROM` line that Dependabot updates: image, tag and digest are literal. */
const pinned = /^FROM (?:--platform=\S+ )?docker\.io\/(\S+?):([\w.-]+@sha256:[0-9a-f]{64}) AS [\w-]+$/;

describe("the Dockerfile's base image", () => {
  const lines = read('Dockerfile').split('\n');
  const bases = lines.filter(line => line.startsWith('FROM '));

  it('is the same digest for every platform', () => {
    const versions = bases
      .filter(line => !line.includes('_IMAGE:-'))
      .map(line => pinned.exec(line)?.slice(1).join(':') ?? line);
    assert.equal(new Set(versions).size, 1, versions.join('\n'));
    assert.match(versions[0] ?? '', /^library\/node:24-bookworm-slim@/);
  });

  it('can be replaced by build arguments, which have no image as their default', () => {
    for (const argument of ['NODE_IMAGE', 'RUNTIME_IMAGE']) {
      assert.ok(bases.some(line => line.includes(`\${${argument}:-default-`)));
    }
    assert.deepEqual(
      lines.filter(line => /^ARG .*IMAGE/.test(line)),
      ['ARG NODE_IMAGE=', `ARG RUNTIME_IMAGE=\${NODE_IMAGE}`],
    );
  });

  it('is updated by Dependabot', () => {
    const { updates } = load(read('.github/dependabot.yml')) as {
      updates: { 'package-ecosystem': string; directory?: string }[];
    };
    const docker = updates.filter(update => update['package-ecosystem'] === 'docker');
    assert.deepEqual(
      docker.map(({ directory }) => directory),
      ['/'],
    );
  });
});
