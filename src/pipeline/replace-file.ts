/** Replaces a file at once: whoever reads it finds the old one or the new one, whole, whenever a writer was killed. */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { storing, sync, writeSynced } from './files.ts';

/**
 * Makes `text` what `path` holds, on the disk; its folder is made where there is none.
 * @throws Failure DiskFull or StorageFailed; `path` then holds the old text or the new one.
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `${temporaryPrefix(path)}${randomUUID()}`);
  await storing(path, async () => {
    await mkdir(folder, { recursive: true });
    try {
      await writeSynced(temporary, Buffer.from(text));
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await sync(folder);
    await removeLeftovers(path);
  });
}

/** What killed writers left. Never the only copy: a file is replaced in one step. */
async function removeLeftovers(path: string): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (name.startsWith(temporaryPrefix(path))) await rm(join(folder, name), { force: true });
  }
}

/** No file's name has a tilde, so that one's temporary files are never taken for another's. */
function temporaryPrefix(path: string): string {
  return `.${basename(path)}~`;
}
