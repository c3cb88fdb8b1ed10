/** Bars in a CSV file that the run names, such as an export of Yahoo or yfinance. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import type { DataSpec } from '../../../api/training-run.ts';
import { Failure, messageOf } from '../../../failure.ts';
import type { BarSource, SourceBars } from '../../source.ts';
import { checkTicker } from '../../symbol.ts';
import { parseBarFile } from './parse-bars.ts';

/** A century of daily bars is 3 MB: a larger file is something else. */
const maximumBytes = 64 * 1024 * 1024;

export const file: BarSource = {
  isLive: false,
  isBySymbol: false,
  checkSymbol: checkTicker,
  nameOf: pathOf,
  origin: () => null,
  contentDigest: data => fileDigest(pathOf(data)),
  fetch: (_, data) => readBars(pathOf(data)),
};

/** @throws Failure `InvalidSpec` when the spec names no file. */
function pathOf({ path }: Pick<DataSpec, 'path'>): string {
  if (path === undefined) throw new Failure('InvalidSpec', 'data.path is required for source File');
  return path;
}

/**
 * @param path relative to the working directory, or absolute.
 * @throws Failure as `readBarFile` and `parseBarFile`.
 */
export async function readBars(path: string): Promise<SourceBars> {
  const rows = parseBarFile(path, decode(path, await readBarFile(path)));
  return { rows, dropped: [], splits: null, currency: null, exchange: null };
}

/** Lower-case hexadecimal sha256 of the file's content. @throws Failure as `readBarFile`. */
export async function fileDigest(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readBarFile(path))
    .digest('hex');
}

/** @throws Failure `UnreadableFile` (missing, not a regular file, or no permission), `TooLarge`, or `StorageFailed`. */
async function readBarFile(path: string): Promise<Buffer> {
  try {
    const stats = await stat(path);
    // A pipe or a device may never end, and the file is read twice: for its digest and for its bars.
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
    const userErrors = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG'];
    const reason = userErrors.includes(code) ? 'UnreadableFile' : 'StorageFailed';
    throw new Failure(reason, `${path} could not be read: ${messageOf(error)}`, { path, code }, error);
  }
}

function decode(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure('UnreadableFile', `${path} is not UTF-8 text${likelyFormat(bytes)}`, { path }, error);
  }
}

/** The likely format of a file that is not UTF-8, with a remedy; empty when it is not recognised. */
function likelyFormat(bytes: Buffer): string {
  const start = bytes.subarray(0, 2).toString('hex');
  if (start === '1f8b') return ' but gzip: unpack it first';
  if (start === '504b') return ' but a zip archive or a spreadsheet: save it as CSV';
  if (start === 'fffe' || start === 'feff') return ' but UTF-16: save it as UTF-8';
  return '';
}
