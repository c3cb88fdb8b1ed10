/**
 * Publishes a finished run's artifacts as a version of its Model: what serves is served from there, so that the run may
 * be done again or deleted at any time. Files are hard links where the volume has them. That is safe because no file of
 * a stage is ever changed in place: a stage done again is a new folder, renamed over the old one.
 */
import { chmod, copyFile, link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { stageNames } from '../api/artifacts.ts';
import { Failure } from '../failure.ts';
import { codeOf, storing, sync } from './files.ts';
import { removeTemporaries, replaceFolder, temporaryPrefix } from './replace-folder.ts';
import { versionFolder } from './run-folder.ts';
import { openVersion, type Version, verifyVersion } from './version.ts';

/**
 * Makes the run's artifacts appear, whole and verified, in the Model's `.versions/<version>`. A version that is there
 * and intact stays as it is; a damaged one is replaced.
 * @returns the version.
 * @throws Failure InputMissing, InputAltered or InvalidArtifact when the run's artifacts are wrong, DiskFull or StorageFailed.
 */
export async function publishVersion(runFolder: string): Promise<string> {
  const source = await openVersion(runFolder);
  const { version } = source;
  const target = versionFolder(runFolder, version);
  const isPublished = () => isIntact(target, version);
  if (await isPublished()) return version;
  await storing(target, async () => {
    const parent = dirname(target);
    await mkdir(parent, { recursive: true });
    const temporary = await mkdtemp(join(parent, temporaryPrefix(target)));
    try {
      await linkStages(source, temporary);
      await verifyVersion(await openVersion(temporary));
      await replaceFolder(temporary, target, isPublished);
      await removeTemporaries(target);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      // Somebody else may have published it meanwhile.
      if (!(await isPublished())) throw error;
    }
  });
  return version;
}

/** Whether `folder` holds that version, every byte of it as it should be. */
async function isIntact(folder: string, version: string): Promise<boolean> {
  try {
    const there = await openVersion(folder);
    await verifyVersion(there);
    return there.version === version;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'Permanent') return false;
    throw error;
  }
}

async function linkStages({ stages }: Version, folder: string): Promise<void> {
  // Made for its owner only; servers may run as somebody else.
  await chmod(folder, 0o755);
  for (const name of stageNames) {
    const from = stages[name].folder;
    const to = join(folder, basename(from));
    await mkdir(to);
    for (const file of await readdir(from)) await linkFile(join(from, file), join(to, file));
    await sync(to);
  }
}

/** What file systems say that have no hard links, or none between these two places. */
const unlinkable = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);

async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!unlinkable.has(codeOf(error) ?? '')) throw error;
    await copyFile(from, to);
    await sync(to);
  }
}
