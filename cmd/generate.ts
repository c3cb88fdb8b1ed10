/**
 * Writes the files that are generated from the schemas; with `--check` it writes none and fails, naming the files
 * that differ.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedFiles } from '../src/crd/files.ts';

const root = join(import.meta.dirname, '..');

async function differing(): Promise<string[]> {
  const paths: string[] = [];
  for (const [path, text] of generatedFiles()) {
    const present = await readFile(join(root, path), 'utf8').catch(() => undefined);
    if (present !== text) paths.push(path);
  }
  return paths;
}

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const paths = await differing();
if (values.check && paths.length > 0) {
  console.error(`not as the schemas say; run 'make generate':\n  ${paths.join('\n  ')}`);
  process.exitCode = 1;
} else {
  for (const path of paths) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), generatedFiles().get(path) ?? '');
    console.log(`wrote ${path}`);
  }
}
