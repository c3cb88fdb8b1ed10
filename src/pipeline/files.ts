/** Dealings with the file system that artifacts need: durable writes, and errors that say whether trying again helps. */
import { open } from 'node:fs/promises';
import { Failure, messageOf } from '../failure.ts';

/** The system's error code, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** What went wrong at `path`: DiskFull or StorageFailed, both worth trying again. */
export function storageFailure(error: unknown, path: string): Failure {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure('DiskFull', `no space left to write ${path}`, { path, code }, error);
  }
  return new Failure('StorageFailed', `${path}: ${messageOf(error)}`, { path, code }, error);
}

/** Does `work`; what the file system refuses becomes a Failure about `path`. */
export async function storing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failure ? error : storageFailure(error, path);
  }
}

/** Writes a new file that is on the disk when this returns; its folder's entry is not yet. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Returns when a file's contents, or a folder's entries, are on the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Passes over what is not there. */
export function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}
