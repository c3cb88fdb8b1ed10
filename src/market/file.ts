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

/** @throws Failure `UnreadableFile` (no such file, no regular file, no permission), `TooLarge`, or `StorageFailed`. */
async function readBarFile(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path);
    // A pipe or a device may never end, and a file is read more than once.
    if (!stats.isFile()) {
      const what = stats.isDirectory() ? 'a folder' : 'a pipe or a device';
      throw new Failure('UnreadableFile', `${path} is ${what}, not a file`, { path });
    }
    const { size } = stats;
    if (size > maximumBytes) {
      throw new Failure('TooLarge', `${path} has ${size} bytes; bars take at most ${maximumBytes}`, { path });
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const mistakes = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];
    const reason = mistakes.includes(code) ? 'UnreadableFile' : 'StorageFailed';
    throw new Failure(reason, `${path} could not be read: ${messageOf(error)}`, { path, code }, error);
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure('UnreadableFile', `${path} is not UTF-8 text${whatElse(bytes)}`, { path }, error);
  }
}

/** What a file that is no text of ours most often is, and what to do about it. */
function whatElse(bytes: Buffer): string {
  const start = bytes.subarray(0, 2).toString('hex');
  if (start === '1f8b') return ' but gzip: unpack it first';
  if (start === '504b') return ' but a zip archive or a spreadsheet: save it as CSV';
  if (start === 'fffe' || start === 'feff') return ' but UTF-16: save it as UTF-8';
  return '';
}
