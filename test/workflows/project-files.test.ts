/** Files that describe the project to tools and people agree with each other. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { root, steps } from './read-workflows.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const json = (path: string) => JSON.parse(read(path));

/** Node runs TypeScript without a flag since this version. */
const typeStripping = '22.18.0';

/** `[major, minor]` of the lowest version that a range such as `>=22.19.0` or `^20.19.0 || >=22.12.0` ends with. */
function minimum(range: string): [number, number] {
  const [, major = '0', minor = '0'] = /(\d+)(?:\.(\d+))?[^|]*$/.exec(range) ?? [];
  return [Number(major), Number(minor)];
}

const compare = (a: [number, number], b: [number, number]) => a[0] - b[0] || a[1] - b[1];

describe('the version of Node', () => {
  const { engines, devDependencies } = json('package.json');
  const major = minimum(devDependencies.node)[0];

  it('is the same wherever the project installs it', () => {
    assert.equal(read('.nvmrc').trim(), String(major));
    assert.match(read('Dockerfile'), new RegExp(`library/node:${major}-`));
    assert.match(json('.devcontainer/devcontainer.json').image, new RegExp(`:${major}-`));
    const setups = steps.filter(({ uses }) => uses?.startsWith('actions/setup-node@'));
    assert.ok(setups.length > 0);
    for (const setup of setups) assert.equal(setup.with?.['node-version'], major);
  });

  it('of package.json is the lowest that sources and dependencies work with', () => {
    const packages: { dev?: boolean; engines?: { node?: string } }[] = Object.entries(
      json('package-lock.json').packages as Record<string, object>,
    )
      .filter(([path]) => path !== '')
      .map(([, found]) => found);
    const needed = packages
      .filter(({ dev }) => dev !== true)
      .flatMap(found => (found.engines?.node === undefined ? [] : [found.engines.node]));
    const lowest = [typeStripping, ...needed].map(minimum).toSorted(compare).at(-1);
    assert.deepEqual(minimum(engines.node), lowest);
  });
});

describe('Dependabot', () => {
  const { updates } = load(read('.github/dependabot.yml')) as {
    updates: { 'package-ecosystem': string; cooldown?: { 'default-days': number } }[];
  };

  it('proposes versions of packages, actions and base images some days after their release', () => {
    for (const ecosystem of ['npm', 'github-actions', 'docker']) {
      const update = updates.find(each => each['package-ecosystem'] === ecosystem);
      assert.ok((update?.cooldown?.['default-days'] ?? 0) >= 3, ecosystem);
    }
  });
});

describe('documents', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'charts/*/README.md', '.github/*.md'], { cwd: root });

  it('link to files and headings that exist', () => {
    const broken = documents.flatMap(path => brokenLinks(path));
    assert.ok(documents.length > 20);
    assert.deepEqual(broken, []);
  });
});

/** GitHub's anchor of each heading of a document. */
function anchors(text: string): Set<string> {
  const headings = [...text.matchAll(/^#+ +(.*)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map(heading =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function brokenLinks(path: string): string[] {
  const text = read(path);
  const prose = text.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '');
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  return targets
    .filter(target => !/^[a-z]+:/.test(target))
    .filter(target => {
      const [file = '', anchor] = target.split('#');
      const found = join(path, file === '' ? '.' : '..', file);
      const exists = globSync(found, { cwd: root }).length > 0;
      return !exists || (anchor !== undefined && !anchors(read(found)).has(anchor));
    })
    .map(target => `${path}: ${target}`);
}
