/** Makes a finished folder visible under its name, whoever else does the same at the same time. */
import { randomUUID } from 'node:crypto';
import { access, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf, ignoreMissing, sync } from './files.ts';

/** More than any number of rivals; a file system that never lets go ends the attempt instead of turning forever. */
const mostTries = 5;
const occupied = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR']);

/**
 * Renames `temporary` to `folder`. One that is there already stays when `isGood` says so, and is replaced otherwise.
 * Of several processes that do this at once, with equal contents, one succeeds and the others find its work.
 * @returns false when the one that was there stayed.
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

/** Takes away what is there, unless what shall replace it is gone. */
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
 * Removes the temporary folders of `folder`: what killed attempts left, and what attempts still write that came too
 * late. Each is renamed first, so that a living attempt fails at its next step and can never finish half a folder.
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

/** How the names of a folder's temporary ones begin. */
export function temporaryPrefix(folder: string): string {
  return `.${basename(folder)}-`;
}
