/**
 * Publishes a finished run's artifacts as a version of its Model. Servers read published versions only, so that the run
 * can be repeated or deleted at any time. In a cluster, Evaluate mounts the two folders separately, so files are
 * copied: no later stage can reach those of a version. Elsewhere they are hard links. That is safe because Bellwether
 * never modifies a stage's files in place: a repeated stage writes a new folder, which is renamed over the old one.
 */
import { constants } from 'node:fs';
import { chmod, copyFile, link, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { stageNames } from '../api/artifacts.ts';
import { Failure } from '../failure.ts';
import { codeOf, storing, sync } from './files.ts';
import { removeTemporaries, replaceFolder, temporaryPrefix } from './replace-folder.ts';
import { versionFolder } from './run-folder.ts';
import { openVersion, type Version, verifyVersion } from './version.ts';

/**
 * Publishes the run's verified artifacts atomically in the Model's `.versions/<version>`. An intact version that is
 * already there stays; a damaged one is replaced.
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
      // Another process may have published it meanwhile.
      if (!(await isPublished())) throw error;
    }
  });
  return version;
}

/** Whether `folder` contains that version and every byte verifies. */
async function isIntact(folder: string, version: string): Promise<boolean> {
  try {
    const existing = await openVersion(folder);
    await verifyVersion(existing);
    return existing.version === version;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'Permanent') return false;
    throw error;
  }
}

async function linkStages({ stages }: Version, folder: string): Promise<void> {
  // mkdtemp restricts it to its owner; servers may run as another user.
  await chmod(folder, 0o755);
  for (const name of stageNames) {
    const from = stages[name].folder;
    const to = join(folder, basename(from));
    await mkdir(to);
    for (const file of await readdir(from)) await linkFile(join(from, file), join(to, file));
    await sync(to);
  }
}

/** Errors of file systems that do not support hard links, or not between these two folders. */
const unlinkable = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);

async function linkFile(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (!unlinkable.has(codeOf(error) ?? '')) throw error;
    // Shares the blocks, not the file, where the file system can (Btrfs, XFS).
    await copyFile(from, to, constants.COPYFILE_FICLONE);
    await sync(to);
  }
}
