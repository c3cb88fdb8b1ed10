/**
 * Replaces a file atomically, even if a writer is killed at any time.
 *
 * There is no lock, because a killed writer would never release it. Each writer first creates its temporary file, then
 * removes those of all other writers, and only then checks that the file is unchanged: of two writers that saw the same
 * file, at most one has a temporary file left to rename.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ignoreMissing, storing, sync, writeSynced } from './files.ts';

/**
 * Writes `text` to `path` and syncs it; creates the folder if it does not exist.
 * @param isUnchanged called just before the rename: whether `path` still has the content that `text` was made from.
 * @returns false when it has not, or another writer interfered: nothing was replaced.
 * @throws Failure DiskFull or StorageFailed; `path` then has the old text or the new one.
 */
export async function replaceFile(
  path: string,
  text: string,
  isUnchanged: () => Promise<boolean>,
): Promise<boolean> {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix(path)}${randomUUID()}`);
  return storing(path, async () => {
    await mkdir(folder, { recursive: true });
    try {
      await writeSynced(temporary, Buffer.from(text));
      await removeRivals(path, temporary);
      if (!((await isUnchanged()) && (await renamed(temporary, path)))) return false;
    } finally {
      await rm(temporary, { force: true });
    }
    await sync(folder);
    return true;
  });
}

/** False when `from` is gone: another writer removed it. */
async function renamed(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    ignoreMissing(error);
    return false;
  }
}

/** The temporary files of running writers, and those that killed ones left behind. */
async function removeRivals(path: string, own: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const isRival = name.startsWith(temporaryPrefix(path)) && name !== basename(own);
    if (isRival) await rm(join(folder, name), { force: true });
  }
}

/** File names contain no tilde, so that temporary files of different files cannot be confused. */
function temporaryPrefix(path: string): string {
  return `.${basename(path)}~`;
}
