/**
 * The file in a multipart form, as a stream. koa-body reads the head of the form; the file's bytes do not pass through
 * it, because it emits an event for every carriage return: 90 ms for 64 KiB of them.
 */
import { Readable } from 'node:stream';
import type { Context } from 'koa';
import { messageOf } from '../../failure.ts';
import { HttpError } from '../errors.ts';

/** Bytes before the file, of a further part's head, or after the form. */
const headBytes = 8192;
/** RFC 2046 allows 70. The search for the boundary takes time in proportion to its length. */
const boundaryCharacters = 200;

const hyphens = Buffer.from('--');
const lineEnd = Buffer.from('\r\n');
const headEnd = Buffer.from('\r\n\r\n');

/** A part as koa-body passes it. */
interface Part {
  readonly name: string | null;
  readonly originalFilename: string | null;
  readonly transferEncoding: string;
}

/**
 * The bytes of the file in the form `body`.
 * @throws HttpError InvalidMultipart when the form is truncated or damaged, or does not contain exactly one file.
 */
export async function* fileInForm(
  context: Context,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, void> {
  const iterator = body[Symbol.asyncIterator]();
  try {
    yield* new Form(context, iterator).file();
  } finally {
    await iterator.return?.();
  }
}

class Form {
  readonly #context: Context;
  readonly #body: AsyncIterator<Uint8Array>;
  readonly #boundary: string;
  /** Bytes read and not yet used. */
  #bytes: Buffer = Buffer.alloc(0);

  constructor(context: Context, body: AsyncIterator<Uint8Array>) {
    this.#context = context;
    this.#body = body;
    this.#boundary = boundaryOf(context);
  }

  async *file(): AsyncGenerator<Uint8Array, void, void> {
    requireFile(await this.#part(await this.#head()));
    yield* this.#content();
    await this.#checkEnd();
  }

  /** Everything up to the end of the next part's head. */
  async #head(): Promise<Buffer> {
    for (;;) {
      const end = this.#bytes.indexOf(headEnd);
      const length = end < 0 ? this.#bytes.length : end + headEnd.length;
      if (length > headBytes) {
        throw invalid(
          `the form has more headers than a file needs: no file begins within ${headBytes} bytes`,
        );
      }
      if (end >= 0) {
        const head = this.#bytes.subarray(0, length);
        this.#bytes = this.#bytes.subarray(length);
        return head;
      }
      if (!(await this.#read())) {
        throw invalid(
          this.#bytes.length === 0 ? 'the form has no file' : 'the form is cut off before its file',
        );
      }
    }
  }

  /** The part of a form that ends after the part's head. */
  async #part(head: Buffer): Promise<Part> {
    const parts: Part[] = [];
    try {
      // Loaded here, because koa-body is slow to load and most servers never get a form.
      const { koaBody } = await import('koa-body');
      const parser = koaBody({
        json: false,
        text: false,
        urlencoded: false,
        multipart: true,
        patchKoa: false,
        formidable: { onPart: part => void parts.push(part as unknown as Part) },
      });
      const form = Buffer.concat([head, Buffer.from(`x\r\n--${this.#boundary}--\r\n`)]);
      const { 'content-type': type } = this.#context.req.headers;
      const headers = { 'content-type': type, 'content-length': String(form.length) };
      const request = Object.assign(Readable.from([form], { objectMode: false }), { headers });
      // The same context, but the body ends after the head.
      const view = Object.create(this.#context, { req: { value: request } }) as Context;
      await parser(view, async () => undefined);
    } catch (error) {
      throw invalid(`the form is damaged: ${messageOf(error)}`);
    }
    const [part] = parts;
    if (part === undefined) throw invalid('the form has no file');
    return part;
  }

  /** The file's bytes, up to the boundary. */
  async *#content(): AsyncGenerator<Uint8Array, void, void> {
    const delimiter = Buffer.from(`\r\n--${this.#boundary}`);
    for (;;) {
      const at = this.#find(delimiter);
      const isComplete = at >= 0 && this.#isBoundary(at + delimiter.length) === true;
      // Without a boundary, its beginning may be at the end of the bytes.
      const length = at >= 0 ? at : Math.max(0, this.#bytes.length - delimiter.length + 1);
      if (length > 0) yield this.#bytes.subarray(0, length);
      this.#bytes = this.#bytes.subarray(length + (isComplete ? delimiter.length : 0));
      if (isComplete) return;
      if (!(await this.#read())) throw invalid('the form is cut off: it has no closing boundary');
    }
  }

  /** The place of the delimiter, if it begins a boundary or its end has not arrived; else -1. */
  #find(delimiter: Buffer): number {
    let at = this.#bytes.indexOf(delimiter);
    while (at >= 0 && this.#isBoundary(at + delimiter.length) === false) {
      at = this.#bytes.indexOf(delimiter, at + delimiter.length);
    }
    return at;
  }

  /** Whether a line end or the form's closing hyphens are at `at`; undefined if that has not arrived. */
  #isBoundary(at: number): boolean | undefined {
    const end = this.#bytes.subarray(at, at + 2);
    if (end.length < 2) return undefined;
    return end.equals(hyphens) || end.equals(lineEnd);
  }

  /** Reads what follows the file. */
  async #checkEnd(): Promise<void> {
    if (!this.#bytes.subarray(0, 2).equals(hyphens)) {
      this.#bytes = Buffer.concat([Buffer.from(`--${this.#boundary}`), this.#bytes]);
      requireFile(await this.#part(await this.#head()));
      throw invalid('the form has more than one file');
    }
    do {
      if (this.#bytes.length > headBytes) throw invalid('the form continues after its closing boundary');
    } while (await this.#read());
  }

  /** Adds the next chunk to the bytes; false at the end of the body. */
  async #read(): Promise<boolean> {
    const next = await this.#body.next();
    if (next.done === true) return false;
    this.#bytes = Buffer.concat([this.#bytes, next.value]);
    return true;
  }
}

function boundaryOf(context: Context): string {
  const found = /boundary=(?:"([^"]+)"|([^;]+))/i.exec(context.req.headers['content-type'] ?? '');
  const boundary = found?.[1] ?? found?.[2];
  if (boundary === undefined) throw invalid('the content type has no boundary');
  if (boundary.length <= boundaryCharacters) return boundary;
  throw invalid(`the form's boundary is longer than ${boundaryCharacters} characters`);
}

function requireFile({ name, originalFilename, transferEncoding }: Part): void {
  if (originalFilename === null) {
    throw invalid(`the form's part ${JSON.stringify(name)} is no file: send one file only`);
  }
  if (!['binary', '7bit', '8bit', 'utf-8'].includes(transferEncoding)) {
    throw invalid(`the transfer encoding ${JSON.stringify(transferEncoding)} of the file is not supported`);
  }
}

function invalid(message: string): HttpError {
  return new HttpError('InvalidMultipart', message);
}
