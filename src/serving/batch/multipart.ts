/**
 * The file in a multipart form, as a stream. koa-body parses the form, but the part is streamed instead of written to
 * disk, and parsing pauses while the stream is not read.
 */
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { messageOf } from '../../failure.ts';
import { HttpError } from '../errors.ts';

/** Bytes of boundaries and headers that a form may have besides its file. */
const overheadBytes = 256 * 1024;
/** Bytes of the part that are buffered. */
const readyBytes = 128 * 1024;

/** A part as koa-body passes it: a stream of formidable, not of Node. */
interface Part {
  readonly name: string | null;
  readonly originalFilename: string | null;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'end', listener: () => void): unknown;
}

/**
 * The bytes of the file in the form `body`.
 * @throws HttpError InvalidMultipart when the form is truncated or damaged, or does not contain exactly one file.
 */
export async function* fileInForm(
  context: Context,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const form = new Form(body, context);
  try {
    yield* form.file;
  } finally {
    form.destroy();
  }
}

class Form {
  readonly file: Readable;
  readonly #input: Readable;
  #received = 0;
  #delivered = 0;
  #files = 0;
  /** Pieces of the part that have not been passed on yet, and their length. */
  #pieces: Uint8Array[] = [];
  #length = 0;

  constructor(body: AsyncIterable<Uint8Array>, context: Context) {
    this.#input = Readable.from(this.#counted(body), { objectMode: false });
    this.file = new Readable({ highWaterMark: readyBytes, read: () => void this.#input.resume() });
    this.#input.on('error', error => this.#fail(error));
    this.#parse(context).then(
      () => this.#end(),
      error => this.#fail(error),
    );
  }

  destroy(): void {
    this.#input.destroy();
    this.file.destroy();
  }

  #fail(error: unknown): void {
    // The file first: an input that has ended emits no errors.
    const failure = asHttpError(error);
    this.file.destroy(failure);
    this.#input.destroy(failure);
  }

  async #parse(context: Context): Promise<void> {
    // Loaded here, because koa-body is slow to load and most servers never get a form.
    const { koaBody } = await import('koa-body');
    const parser = koaBody({
      json: false,
      text: false,
      urlencoded: false,
      multipart: true,
      patchKoa: false,
      formidable: { onPart: part => this.#onPart(part) },
    });
    const request = Object.assign(this.#input, { headers: context.req.headers });
    // The same context, but the body comes from the counted stream.
    const view = Object.create(context, { req: { value: request } }) as Context;
    await parser(view, async () => undefined);
  }

  /** Passes the form on. Refuses one that consists of headers, which the parser would collect without limit. */
  async *#counted(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    for await (const chunk of body) {
      yield chunk;
      this.#flush();
      this.#received += chunk.length;
      if (this.#received - this.#delivered > overheadBytes + 2 * readyBytes) {
        throw new HttpError('InvalidMultipart', 'the form has more headers than a file needs');
      }
    }
  }

  #onPart(part: Part): void {
    if (part.originalFilename === null) {
      const name = JSON.stringify(part.name);
      this.#fail(new HttpError('InvalidMultipart', `the form's part ${name} is no file: send one file only`));
      return;
    }
    this.#files += 1;
    if (this.#files > 1) {
      this.#fail(new HttpError('InvalidMultipart', 'the form has more than one file'));
      return;
    }
    part.on('data', chunk => {
      this.#delivered += chunk.length;
      this.#length += chunk.length;
      // The parser cuts at every carriage return: small pieces are joined before they go on.
      this.#pieces.push(chunk);
      if (this.#length >= readyBytes / 2) this.#flush();
    });
  }

  #flush(): void {
    if (this.#length === 0) return;
    const bytes = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    if (!this.file.push(bytes)) this.#input.pause();
  }

  #end(): void {
    if (this.#files === 0) {
      this.file.destroy(new HttpError('InvalidMultipart', 'the form has no file'));
      return;
    }
    this.#flush();
    this.file.push(null);
  }
}

function asHttpError(error: unknown): Error {
  if (error instanceof HttpError) return error;
  return new HttpError('InvalidMultipart', `the form is cut off or damaged: ${messageOf(error)}`);
}
