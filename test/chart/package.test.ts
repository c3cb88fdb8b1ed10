/** The chart as it is released. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import manifest from '../../package.json' with { type: 'json' };
import { hasHelm } from './render.ts';

const root = join(import.meta.dirname, '../..');
const repository = 'https://github.com/Owner/bellwether';

describe('package of the chart', () => {
  let folder: string | undefined;
  let archive: string;
  before(async function () {
    if (!hasHelm) this.skip();
    folder = await mkdtemp(join(tmpdir(), 'chart-package-'));
    archive = join(folder, `bellwether-${manifest.version}.tgz`);
    const script = join(root, 'scripts/package-chart.ts');
    execFileSync(process.execPath, [script, 'ghcr.io/owner/bellwether', repository, folder], {
      stdio: 'pipe',
    });
  });
  after(async () => {
    // Undefined when the tests were skipped.
    if (folder !== undefined) await rm(folder, { recursive: true });
  });

  const helm = (...words: readonly string[]) =>
    execFileSync('helm', words, { encoding: 'utf8', stdio: 'pipe' });

  it('names its repository, an icon that is there, and no person', async () => {
    const { home, sources, icon, maintainers } = load(helm('show', 'chart', archive)) as {
      home: string;
      sources: string[];
      icon: string;
      maintainers: object[];
    };
    assert.deepEqual([home, sources], [repository, [repository]]);
    assert.deepEqual(maintainers, [{ name: 'Bellwether authors', url: repository }]);
    const prefix = `${repository}/raw/v${manifest.version}/`;
    assert.ok(icon.startsWith(prefix), icon);
    assert.match(await readFile(join(root, icon.slice(prefix.length)), 'utf8'), /^<svg /);
  });

  it('contains the license', async () => {
    const license = execFileSync('tar', ['-xzOf', archive, 'bellwether/LICENSE'], { encoding: 'utf8' });
    assert.equal(license, await readFile(join(root, 'LICENSE'), 'utf8'));
  });

  it('links to files of the repository at its version', async () => {
    const readme = helm('show', 'readme', archive);
    assert.ok(!readme.includes('](../'));
    const prefix = `${repository}/blob/v${manifest.version}/`;
    const links = [...readme.matchAll(/\]\((https:[^)#]+)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 0);
    for (const link of links) await readFile(join(root, link.slice(prefix.length)));
    const { prometheusRule } = load(helm('show', 'values', archive)) as {
      prometheusRule: { runbookUrl: string };
    };
    assert.equal(prometheusRule.runbookUrl, `${prefix}docs/runbook.md`);
  });

  it('passes the linter without a remark', () => {
    assert.doesNotMatch(
      helm('lint', '--strict', archive, '--kube-version', '1.34.0'),
      /\[(INFO|WARNING|ERROR)\]/,
    );
  });
});
