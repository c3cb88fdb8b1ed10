/**
 * Writes what is made from the chart: the table of values in its README, and with Helm the operator's manifests for
 * people without it. With `--check` it writes none and fails, naming the files that differ.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { findHelm, operatorManifests } from './manifests/operator.ts';
import { withValuesTable } from './manifests/values-table.ts';

const root = join(import.meta.dirname, '..');
const chart = join(root, 'charts/bellwether');
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });

const files = new Map([[join(chart, 'README.md'), await withValuesTable(chart)]]);
const helm = await findHelm();
if (helm !== null) {
  files.set(join(root, 'manifests/operator/operator.yaml'), await operatorManifests(helm, chart));
} else if (!values.check) {
  process.stderr.write('without helm, manifests/operator/operator.yaml stays as it is\n');
}

for (const [path, text] of files) {
  if (text === (await readFile(path, 'utf8').catch(() => ''))) continue;
  if (values.check) {
    process.stderr.write(`${path} is not as the chart says; run 'make manifests'\n`);
    process.exitCode = 1;
  } else {
    await writeFile(path, text);
    process.stdout.write(`wrote ${path}\n`);
  }
}
