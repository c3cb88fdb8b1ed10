/** Sets the version of the next release in every file that contains it: node scripts/set-version.ts 1.2.3 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf } from '../src/failure.ts';
import { readVersionedFiles, root } from './release/versioned-files.ts';
import { withVersion } from './release/versions.ts';

try {
  const changed = withVersion(process.argv[2] ?? '', await readVersionedFiles());
  for (const [path, text] of changed) await writeFile(join(root, path), text);
} catch (error) {
  process.stderr.write(`set-version: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
