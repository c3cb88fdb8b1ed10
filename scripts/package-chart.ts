/**
 * Packages the chart as it is released, with the image that belongs to it as its default:
 * node scripts/package-chart.ts ghcr.io/owner/bellwether dist
 */
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../src/failure.ts';
import { withValuesTable } from './generated/values-table.ts';

/** The image's defaults in values.yaml, as they are in the repository. */
const imageDefaults = /^image:\n {2}registry: ""\n {2}repository: bellwether\n/m;

/** @throws Error when `values` has no such defaults. */
function withImage(values: string, registry: string, repository: string): string {
  if (!imageDefaults.test(values))
    throw new Error('values.yaml has other defaults of the image than expected');
  return values.replace(imageDefaults, `image:\n  registry: ${registry}\n  repository: ${repository}\n`);
}

async function packageChart(image: string, destination: string): Promise<void> {
  const [, registry, repository] = /^([^/]+\.[^/]+|[^/]+:\d+)\/([a-z0-9._/-]+)$/.exec(image) ?? [];
  if (registry === undefined || repository === undefined) {
    throw new Error(`not an image with its registry, in lower case: ${image}`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'bellwether-chart-'));
  try {
    const chart = join(folder, 'bellwether');
    await cp(join(import.meta.dirname, '../charts/bellwether'), chart, { recursive: true });
    const values = join(chart, 'values.yaml');
    await writeFile(values, withImage(await readFile(values, 'utf8'), registry, repository));
    await writeFile(join(chart, 'README.md'), await withValuesTable(chart));
    execFileSync('helm', ['package', chart, '--destination', destination], { stdio: 'inherit' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const [image, destination] = process.argv.slice(2);
try {
  if (image === undefined || destination === undefined) throw new Error('usage: IMAGE FOLDER');
  await packageChart(image, destination);
} catch (error) {
  process.stderr.write(`package-chart: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
