/**
 * Replaces a file at once: whoever reads it finds the old one or the new one, whole, whenever a writer was killed.
 *
 * There is no lock, which a killed holder would never let go. Each writer removes all others' temporary files once its
 * own is there, and only then asks whether the file is unchanged: of two that saw the same one, at most one has anything
 * left to rename.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ignoreMissing, storing, sync, writeSynced } from './files.ts';

/**
 * Makes `text` what `path` holds, on the disk; its folder is made where there is none.
 * @param isUnchanged asked at the last moment: whether `path` still holds what `text` was made from.
 * @returns false when it does not, or another writer came between: nothing was replaced.
 * @throws Failure DiskFull or StorageFailed; `path` then holds the old text or the new one.
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

/** The temporary files of living writers, and what killed ones left. */
async function removeRivals(path: string, own: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const isRival = name.startsWith(temporaryPrefix(path)) && name !== basename(own);
    if (isRival) await rm(join(folder, name), { force: true });
  }
}

/** No file's name has a tilde, so that one's temporary files are never taken for another's. */
function temporaryPrefix(path: string): string {
  return `.${basename(path)}~`;
}
