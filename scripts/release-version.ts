/**
 * Prints the version that a tag releases, as an output of a GitHub Actions step. Fails if the files have another version:
 * node scripts/release-version.ts v1.2.3
 */
import { messageOf } from '../src/failure.ts';
import { readVersionedFiles } from './release/versioned-files.ts';
import { releaseVersion } from './release/versions.ts';

try {
  process.stdout.write(`version=${releaseVersion(process.argv[2] ?? '', await readVersionedFiles())}\n`);
} catch (error) {
  process.stderr.write(`release-version: ${messageOf(error)}\n`);
  process.exitCode = 1;
}
