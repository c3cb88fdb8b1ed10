/** Bars in a CSV file that the run names, such as an export of Yahoo or yfinance. */
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { type BarsVolume, barsPath } from '../../../api/sources.ts';
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
  nameOf: data => fileOf(data).name,
  origin: () => null,
  contentDigest: data => fileDigest(fileOf(data)),
  fetch: (_, data) => readBars(fileOf(data)),
};

/** A file of bars, and the folder that it must be in. */
export interface BarFile {
  /** For messages: the path, or the volume and the path in it. */
  readonly name: string;
  /** Relative to the working directory, or absolute; below `root` if there is one. */
  readonly path: string;
  /** A file elsewhere is refused, also behind symbolic links; undefined for a file of the user's own computer. */
  readonly root?: string;
}

/** @throws Failure `InvalidSpec` when the spec names no file. */
function fileOf({ path, volume }: Pick<DataSpec, 'path' | 'volume'>): BarFile {
  if (volume !== undefined) return fileInVolume(volume, barsPath);
  if (path === undefined) throw new Failure('InvalidSpec', 'data.volume is required for source File');
  return { name: path, path };
}

/** @param root where the volume is mounted. */
export function fileInVolume(volume: BarsVolume, root: string): BarFile {
  const { claimName, configMapName, path } = volume;
  const owner =
    configMapName === undefined ? `PersistentVolumeClaim ${claimName}` : `ConfigMap ${configMapName}`;
  return { name: `${path} of ${owner}`, path: join(root, path), root };
}

/** @throws Failure as `readBarFile` and `parseBarFile`. */
export async function readBars(file: BarFile): Promise<SourceBars> {
  const rows = parseBarFile(file.name, decode(file.name, await readBarFile(file)));
  return { rows, dropped: [], splits: null, currency: null, exchange: null };
}

/** Lower-case hexadecimal sha256 of the file's content. @throws Failure as `readBarFile`. */
export async function fileDigest(file: BarFile): Promise<string> {
  return createHash('sha256')
    .update(await readBarFile(file))
    .digest('hex');
}

const userErrors: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'is not in a folder',
  EACCES: 'may not be read by the user of this process',
  EPERM: 'may not be read by the user of this process',
  ELOOP: 'has too many symbolic links, or one that leads to itself',
  ENAMETOOLONG: 'has too long a name',
  // A socket, or a device without a driver.
  ENXIO: 'is a pipe or a device, not a file',
  ENODEV: 'is a pipe or a device, not a file',
};

/**
 * The file is opened once, without waiting for a writer as a pipe would, and every check is about the opened file.
 * @throws Failure `UnreadableFile` (missing, outside of its root, not a regular file, or no permission), `TooLarge`, or
 * `StorageFailed`.
 */
async function readBarFile({ name, path, root }: BarFile): Promise<Buffer> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (root !== undefined) await checkInside(handle, name, root);
    const stats = await handle.stat();
    if (!stats.isFile()) {
      const what = stats.isDirectory() ? 'a folder' : 'a pipe or a device';
      throw new Failure('UnreadableFile', `${name} is ${what}, not a file`, { file: name });
    }
    return await readAtMost(handle, name);
  } catch (error) {
    throw error instanceof Failure ? error : readFailure(name, error);
  } finally {
    await handle?.close();
  }
}

function readFailure(name: string, error: unknown): Failure {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const details = { file: name, code };
  const problem = userErrors[code];
  return problem === undefined
    ? new Failure('StorageFailed', `${name} could not be read: ${messageOf(error)}`, details, error)
    : new Failure('UnreadableFile', `${name} ${problem}`, details);
}

/**
 * Symbolic links are followed, since a ConfigMap's files are links; what was opened must be below the root. The kernel's path
 * of the open file cannot change between the check and the reading, as links can.
 */
async function checkInside(handle: FileHandle, name: string, root: string): Promise<void> {
  const actual = await readlink(`/proc/self/fd/${handle.fd}`);
  if (actual.startsWith(`${await realpath(root)}${sep}`)) return;
  throw new Failure('UnreadableFile', `${name} is a symbolic link that leaves the volume`, { file: name });
}

/** Limits what is read too: the file may grow meanwhile, and files of some file systems have no size. */
async function readAtMost(handle: FileHandle, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of handle.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBytes) {
      throw new Failure('TooLarge', `${name} has more than ${maximumBytes} bytes, the most that bars take`, {
        file: name,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function decode(name: string, bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new Failure(
      'UnreadableFile',
      `${name} is not UTF-8 text${likelyFormat(bytes)}`,
      { file: name },
      error,
    );
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
