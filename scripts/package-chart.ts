/**
 * Packages the chart for a release:
 * node scripts/package-chart.ts ghcr.io/owner/bellwether https://github.com/owner/bellwether dist
 *
 * The package differs from the folder: it has the released image as its default, the license, and links to the repository
 * at the released version, in Chart.yaml (home, sources, icon), in the README and for the runbook.
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump, load } from 'js-yaml';
import { z } from 'zod';
import { messageOf } from '../src/failure.ts';
import { withValuesTable } from './generated/values-docs.ts';

const root = join(import.meta.dirname, '..');

const metadataSchema = z.looseObject({ version: z.string(), maintainers: z.array(z.looseObject({})) });

/** Defaults in values.yaml that a package replaces; the comments between them stay. */
const imageDefaults =
  /^(image:\n(?: {2}#.*\n)* {2}registry: )""(\n(?: {2}#.*\n)* {2}repository: )bellwether$/m;
const runbookDefault = /^( {2}runbookUrl: )https:.*$/m;

/** @throws Error if `values` has other defaults of the image or the runbook. */
function withDefaults(values: string, registry: string, repository: string, runbookUrl: string): string {
  if (!imageDefaults.test(values) || !runbookDefault.test(values)) {
    throw new Error('values.yaml has unexpected defaults of the image or the runbook');
  }
  return values
    .replace(
      imageDefaults,
      (_, before: string, between: string) => `${before}${registry}${between}${repository}`,
    )
    .replace(runbookDefault, (_, before: string) => `${before}${runbookUrl}`);
}

async function edit(file: string, change: (text: string) => string): Promise<void> {
  await writeFile(file, change(await readFile(file, 'utf8')));
}

/**
 * @param image name of the image with its registry, without a tag
 * @param repository URL of the repository on GitHub or a GitHub Enterprise Server
 */
async function packageChart(image: string, repository: string, destination: string): Promise<void> {
  const [, registry, imageRepository] = /^([^/]+\.[^/]+|[^/]+:\d+)\/([a-z0-9._/-]+)$/.exec(image) ?? [];
  if (registry === undefined || imageRepository === undefined) {
    throw new Error(`not an image with its registry, in lower case: ${image}`);
  }
  if (!/^https:\/\/[^/\s]+\/[\w.-]+\/[\w.-]+$/.test(repository)) {
    throw new Error(`not the URL of a repository: ${repository}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-chart-'));
  try {
    const chart = join(folder, 'bellwether');
    await cp(join(root, 'charts/bellwether'), chart, { recursive: true });
    await cp(join(root, 'LICENSE'), join(chart, 'LICENSE'));
    const metadata = metadataSchema.parse(load(await readFile(join(chart, 'Chart.yaml'), 'utf8')));
    const tag = `v${metadata.version}`;
    const files = `${repository}/blob/${tag}/`;
    await edit(join(chart, 'values.yaml'), values =>
      withDefaults(values, registry, imageRepository, `${files}docs/runbook.md`),
    );
    await writeFile(join(chart, 'README.md'), await withValuesTable(chart));
    await edit(join(chart, 'README.md'), text => text.replaceAll('](../../', `](${files}`));
    await writeFile(
      join(chart, 'Chart.yaml'),
      dump({
        ...metadata,
        home: repository,
        sources: [repository],
        icon: `${repository}/raw/${tag}/src/web/favicon.svg`,
        maintainers: metadata.maintainers.map(maintainer => ({ ...maintainer, url: repository })),
      }),
    );
    execFileSync('helm', ['package', chart, '--destination', destination], { stdio: 'inherit' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [image, repository, destination] = process.argv.slice(2);
try {
  if (image === undefined || repository === undefined || destination === undefined) {
    throw new Error('usage: IMAGE REPOSITORY FOLDER');
  }
  await packageChart(image, repository, destination);
} catch (error) {
  process.stderr.write(`package-chart: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
