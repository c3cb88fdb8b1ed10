/** Which code made an artifact: a stage is reused only by the very code that wrote it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { builtCodeVersion } from '../package-files.ts';

const root = join(import.meta.dirname, '..', '..');
/** Folders whose code can change what a stage writes. */
const folders = ['api', 'features', 'market', 'models', 'pipeline', 'report', 'web', 'workers'];

let cached: string | undefined;

/**
 * The package's version with the first 12 hex digits of a sha256 over the pipeline's sources and the
 * dependencies it was built with, such as `0.1.0+1f0c5a9e7b21`.
 */
export function codeVersion(): string {
  cached ??= builtCodeVersion ?? `${packageVersion()}+${sourceDigest()}`;
  return cached;
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }).version;
}

function sourceDigest(): string {
  const hash = createHash('sha256');
  for (const file of sourceFiles()) {
    hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 12);
}

function sourceFiles(): string[] {
  const sources = folders.flatMap(folder =>
    readdirSync(join(root, 'src', folder), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name)),
  );
  return [
    ...sources,
    join(root, 'src', 'failure.ts'),
    join(root, 'src', 'package-files.ts'),
    join(root, 'package-lock.json'),
  ].sort();
}
