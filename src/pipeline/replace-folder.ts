/** Moves a finished folder to its final name, also when several processes do so at the same time. */
import { randomUUID } from 'node:crypto';
import { access, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, ignoreMissing, sync } from './files.ts';

/** More than the number of competing processes; limits the loop on a file system that keeps failing. */
const mostTries = 5;
const occupied = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/**
 * Renames `temporary` to `folder`. An existing folder stays if `isGood` returns true and is replaced otherwise. Of several
 * processes that do this at once, with equal contents, one succeeds and the others keep its folder.
 * @returns false when the existing folder stayed.
 */
export async function replaceFolder(
  temporary: string,
  folder: string,
  isGood: () => Promise<boolean>,
): Promise<boolean> {
  await sync(temporary);
  for (let tries = 1; ; tries++) {
    try {
      await rename(temporary, folder);
      await sync(dirname(folder));
      return true;
    } catch (error) {
      if (!occupied.has(codeOf(error) ?? '') || tries === mostTries) throw error;
    }
    if (await isGood()) return false;
    await moveAside(temporary, folder);
  }
}

/** Removes the existing folder, unless its replacement is gone. */
async function moveAside(temporary: string, folder: string): Promise<void> {
  const old = `${temporary}.old`;
  await rename(folder, old).catch(ignoreMissing);
  try {
    await access(temporary);
  } catch (error) {
    await rename(old, folder).catch(() => {});
    throw error;
  }
  await rm(old, { recursive: true, force: true });
}

/**
 * Removes the temporary folders of `folder`: those of killed attempts, and those of attempts that are still writing but
 * are too late. Each is renamed first, so that a running attempt fails at its next step and never completes half a folder.
 */
export async function removeTemporaries(folder: string): Promise<void> {
  const parent = dirname(folder);
  const prefix = temporaryPrefix(folder);
  for (const name of await readdir(parent)) {
    if (!name.startsWith(prefix)) continue;
    const gone = join(parent, `${prefix}${randomUUID()}`);
    await rename(join(parent, name), gone).catch(ignoreMissing);
    await rm(gone, { recursive: true, force: true });
  }
}

/** The prefix of the names of a folder's temporary folders. */
export function temporaryPrefix(folder: string): string {
  return `.${basename(folder)}-`;
}
