/** Bars in a CSV file of people's own: Yahoo's and yfinance's exports, and whatever looks like them. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Failure, messageOf } from '../failure.ts';
import { parseBarFile } from './bar-file.ts';
import type { BarSource } from './source.ts';

/** A century of daily bars is 3 MB: beyond this it is another kind of file. */
const maximumBytes = 64 * 1024 * 1024;

/** @param path relative to the working folder, or absolute. */
export function fileSource(path: string): BarSource {
  return {
    fetch: async () => ({
      rows: parseBarFile(path, decode(path, await readBarFile(path))),
      dropped: [],
      splits: null,
      currency: null,
      exchange: null,
    }),
  };
}

/** sha256 of the file, in hex: what a stage's outputs depend on, wherever the file lies. */
export async function fileDigest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readBarFile(path))
    .digest('hex');
}

/** @throws Failure `UnreadableFile` (no such file, a folder, no permission), `TooLarge`, or `StorageFailed`. */
async function readBarFile(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > maximumBytes) {
      throw new Failure('TooLarge', `${path} has ${size} bytes; bars take at most ${maximumBytes}`, { path });
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const mistakes = ['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];
    const reason = mistakes.includes(code) ? 'UnreadableFile' : 'StorageFailed';
    throw new Failure(reason, `${path} could not be read: ${messageOf(error)}`, { path, code }, error);
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure('UnreadableFile', `${path} is not UTF-8 text`, { path }, error);
  }
}
