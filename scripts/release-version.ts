/**
 * Says which version a tag releases, as an output of a GitHub Actions step, and refuses a tag that is not the version
 * which the files state: node scripts/release-version.ts v1.2.3
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../src/failure.ts';
import { releaseVersion, versionedFiles } from './release/versions.ts';

const root = join(import.meta.dirname, '..');

try {
  const texts = await Promise.all(
    versionedFiles.map(async path => [path, await readFile(join(root, path), 'utf8')] as const),
  );
  process.stdout.write(`version=${releaseVersion(process.argv[2] ?? '', new Map(texts))}\n`);
} catch (error) {
  process.stderr.write(`release-version: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
