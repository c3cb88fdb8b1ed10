/** Compressed uploads, recognised by a header or by their first bytes. */
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { HttpError } from '../errors.ts';
import type { ByteBudget } from './byte-budget.ts';

/** The first two bytes of every gzip file. No UTF-8 text begins with them. */
const magic = [0x1f, 0x8b];

/**
 * The source's bytes, decompressed if they are gzip. They are decompressed on demand, 64 KiB at a time and outside the
 * event loop, so a small file that expands a thousandfold takes no more memory than any other.
 * @param declared whether the request declares gzip; then anything else is an error.
 * @param budget limits what is decompressed.
 * @throws HttpError InvalidGzip when the data are truncated or damaged, or the error of the budget.
 */
export async function* gunzipped(
  source: AsyncIterable<Uint8Array>,
  declared: boolean,
  budget: ByteBudget,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = source[Symbol.asyncIterator]();
  const first = await firstBytes(iterator);
  const chunks = chain(first, iterator);
  if (isGzip(first)) yield* budget.decompressed(decompress(chunks));
  else if (declared && first.length > 0)
    throw new HttpError('InvalidGzip', 'the upload is declared as gzip, but is not gzip');
  else yield* chunks;
}

function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === magic[0] && bytes[1] === magic[1];
}

async function* decompress(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
  const input = Readable.from(chunks, { objectMode: false });
  const gunzip = createGunzip({ chunkSize: 65_536 });
  let inputFailure: unknown;
  input.on('error', error => {
    inputFailure = error;
    gunzip.destroy(error);
  });
  try {
    yield* input.pipe(gunzip);
  } catch (error) {
    // The error of the input is the cause; that of the decompression only follows from it.
    if (inputFailure !== undefined) throw inputFailure;
    throw new HttpError('InvalidGzip', `the gzip data is truncated or damaged: ${(error as Error).message}`);
  } finally {
    input.destroy();
    gunzip.destroy();
  }
}

/** The first chunk, joined with more when it is a single byte. */
async function firstBytes(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let bytes = new Uint8Array(0);
  while (bytes.length < magic.length) {
    const next = await iterator.next();
    if (next.done === true) break;
    bytes = Buffer.concat([bytes, next.value]);
  }
  return bytes;
}

async function* chain(
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
