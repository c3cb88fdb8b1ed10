/** Durable writes, and file system errors as Failures. */
import { open } from 'node:fs/promises';
import { Failure, messageOf } from '../failure.ts';

/** The system's error code, such as `ENOENT`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

/** DiskFull or StorageFailed, both transient. */
export function storageFailure(error: unknown, path: string): Failure {
  const code = codeOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new Failure('DiskFull', `no space left to write ${path}`, { path, code }, error);
  }
  return new Failure('StorageFailed', `${path}: ${messageOf(error)}`, { path, code }, error);
}

/** Runs `work`; turns a file system error into a Failure that names `path`. */
export async function storing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Failure ? error : storageFailure(error, path);
  }
}

/** Writes and syncs a new file. The folder's entry is not synced. */
export async function writeSynced(path: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(path, 'wx', 0o644);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Syncs a file's contents, or a folder's entries, to disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Ignores that a file does not exist. */
export function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}
