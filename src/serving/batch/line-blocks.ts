/** Splits bytes into blocks of whole lines: small, so that uploads share the workers fairly, but worth a message each. */
import { HttpError } from '../errors.ts';
import type { Block } from './block-reader.ts';

const lineFeed = 10;
const carriageReturn = 13;
const byteOrderMark = [0xef, 0xbb, 0xbf];

const blockBytes = 256 * 1024;
/** Bytes of memory of a block: one more, for a line feed that the last line may lack. */
export const blockMemory = blockBytes + 1;
/** Limits the numbers and the answer of a block when lines are very short. */
const blockLines = 2048;

export interface Header {
  readonly bytes: Uint8Array;
  readonly line: number;
}

/** Reads the header, then blocks. */
export class LineBlocks {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #takeMemory: () => ArrayBuffer;
  #block: Uint8Array<ArrayBuffer>;
  #filled = 0;
  /** Bytes of the block that have been scanned for line ends. */
  #scanned = 0;
  /** End of the last whole line, and how many there are. */
  #cut = 0;
  #lines = 0;
  #line = 1;
  /** The rest of a chunk that did not fit. */
  #rest: Uint8Array = new Uint8Array(0);

  /** @param takeMemory returns a buffer of `blockMemory` bytes with any content. A block owns its buffer. */
  constructor(source: AsyncIterable<Uint8Array>, takeMemory: () => ArrayBuffer) {
    this.#source = source[Symbol.asyncIterator]();
    this.#takeMemory = takeMemory;
    this.#block = new Uint8Array(takeMemory());
  }

  /**
   * The first line that is not blank, without byte order mark and line end.
   * @throws HttpError EmptyBody when there is none, InvalidHeader when it has no end.
   */
  async header(): Promise<Header> {
    for (;;) {
      const bytes = await this.#firstLine();
      if (bytes === undefined)
        throw new HttpError('EmptyBody', 'the upload is empty: a header line is expected');
      const line = this.#line++;
      const from =
        line === 1 && byteOrderMark.every((byte, i) => bytes[i] === byte) ? byteOrderMark.length : 0;
      const to = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length;
      const content = bytes.subarray(from, to);
      if (content.some(byte => byte !== 32 && byte !== 9)) return { bytes: content, line };
    }
  }

  /** The lines after the header. @throws HttpError InvalidRow when a line is longer than a block. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Block, void, void> {
    while (await this.#fill()) yield this.#take(this.#cut);
    if (this.#filled === 0) return;
    if (this.#cut < this.#filled) {
      // The last line may lack its line end.
      this.#block[this.#filled++] = lineFeed;
      this.#lines++;
    }
    yield this.#take(this.#filled);
  }

  /** Removes and returns the first line, without its line feed; undefined at the end of an empty source. */
  async #firstLine(): Promise<Uint8Array | undefined> {
    let end = -1;
    for (;;) {
      end = this.#block.subarray(0, this.#filled).indexOf(lineFeed);
      if (end >= 0 || this.#filled === blockBytes || !(await this.#pull())) break;
      this.#append();
    }
    if (end < 0 && this.#filled === blockBytes) {
      throw new HttpError('InvalidHeader', `the header line is longer than ${blockBytes} bytes`, {
        line: this.#line,
      });
    }
    if (this.#filled === 0) return undefined;
    const line = this.#block.slice(0, end < 0 ? this.#filled : end);
    this.#block.copyWithin(0, end < 0 ? this.#filled : end + 1, this.#filled);
    this.#filled -= end < 0 ? this.#filled : end + 1;
    return line;
  }

  /** Fills the block; false when the source ended before it was full. */
  async #fill(): Promise<boolean> {
    for (;;) {
      this.#append();
      if (this.#scan()) return true;
      if (this.#filled < blockBytes) {
        if (!(await this.#pull())) return false;
      } else if (this.#cut > 0) return true;
      else {
        const message = `line ${this.#line}: longer than ${blockBytes} bytes`;
        throw new HttpError('InvalidRow', message, { line: this.#line, column: null, reason: 'LineTooLong' });
      }
    }
  }

  /** Scans new bytes for line ends; true when the block has its maximum of lines. */
  #scan(): boolean {
    const block = this.#block;
    const to = this.#filled;
    let lines = this.#lines;
    let i = this.#scanned;
    for (; i < to && lines < blockLines; i++) {
      if (block[i] !== lineFeed) continue;
      lines++;
      this.#cut = i + 1;
    }
    this.#scanned = i;
    this.#lines = lines;
    return lines === blockLines;
  }

  /** ReconcilerDeps out the block up to `end`; the next one begins with what lies behind. */
  #take(end: number): Block {
    const block = this.#block;
    const left = block.subarray(end, this.#filled);
    const next = new Uint8Array(this.#takeMemory());
    next.set(left);
    this.#block = next;
    this.#filled = left.length;
    const taken = { bytes: block.subarray(0, end), firstLine: this.#line, lines: this.#lines };
    this.#line += this.#lines;
    this.#scanned = 0;
    this.#cut = 0;
    this.#lines = 0;
    return taken;
  }

  /** Copies as much of `#rest` into the block as fits. */
  #append(): void {
    const part = this.#rest.subarray(0, blockBytes - this.#filled);
    this.#block.set(part, this.#filled);
    this.#filled += part.length;
    this.#rest = this.#rest.subarray(part.length);
  }

  async #pull(): Promise<boolean> {
    if (this.#rest.length > 0) return true;
    const next = await this.#source.next();
    if (next.done === true) return false;
    this.#rest = next.value;
    return true;
  }
}
