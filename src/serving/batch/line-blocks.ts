/** Splits bytes into blocks of whole lines: small, so that uploads share the workers fairly, but worth a message each. */
import { HttpError } from '../errors.ts';
import type { Block } from './block-reader.ts';

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
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

/** Reads the header, then blocks. Copies every byte once, except for a line that continues in the next block. */
export class LineBlocks {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #takeMemory: () => ArrayBuffer;
  readonly #onRow: () => void;
  #block: Uint8Array<ArrayBuffer>;
  #filled = 0;
  /** End of the last whole line, and how many there are. */
  #cut = 0;
  #lines = 0;
  #line = 1;
  /** Whether a line of the block, and whether its last and incomplete line, is not blank. */
  #hasRows = false;
  #hasContent = false;
  /** Whether that line ends in a carriage return, which is blank only before a line feed. */
  #endsInReturn = false;
  /** The part of a chunk that has not been copied into a block. */
  #rest: Uint8Array = new Uint8Array(0);

  /**
   * @param takeMemory returns a buffer of `blockMemory` bytes with any content. A block owns its buffer.
   * @param onRow is called when a line that is not blank is complete, at least once for each chunk that completes one.
   */
  constructor(
    source: AsyncIterable<Uint8Array>,
    takeMemory: () => ArrayBuffer,
    onRow: () => void = () => undefined,
  ) {
    this.#source = source[Symbol.asyncIterator]();
    this.#takeMemory = takeMemory;
    this.#onRow = onRow;
    this.#block = new Uint8Array(takeMemory());
  }

  /**
   * The first line that is not blank, without byte order mark and line end.
   * @throws HttpError EmptyBody when there is none, InvalidHeader when it does not end within the first block.
   */
  async header(): Promise<Header> {
    for (let read = 0; ; ) {
      if (!(await this.#pull())) return this.#header(true);
      const end = this.#rest.indexOf(lineFeed);
      const length = end < 0 ? this.#rest.length : end;
      read += end < 0 ? length : length + 1;
      if (read > blockBytes) {
        const message = `the header line is longer than ${blockBytes} bytes, blank lines before it included`;
        throw new HttpError('InvalidHeader', message, { line: this.#line });
      }
      this.#copy(length);
      if (end < 0) continue;
      this.#rest = this.#rest.subarray(1);
      if (!this.#isBlank()) return this.#header(false);
      this.#line++;
      this.#filled = 0;
    }
  }

  /**
   * The lines after the header, without blocks in which all lines are blank.
   * @throws HttpError InvalidRow when a line is longer than a block.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Block, void, void> {
    while (await this.#fill()) {
      if (this.#hasRows) yield this.#take(this.#cut);
      else this.#drop();
    }
    if (this.#filled === 0) return;
    if (this.#cut < this.#filled) {
      // The last line may lack its line end.
      this.#block[this.#filled++] = lineFeed;
      this.#lines++;
    }
    yield this.#take(this.#filled);
  }

  /** Ends the source: nothing more will be read. */
  close(): void {
    this.#source.return?.()?.catch(() => undefined);
  }

  #header(isEnd: boolean): Header {
    if (isEnd && this.#isBlank()) {
      throw new HttpError('EmptyBody', 'the upload is empty: a header line is expected');
    }
    const from = this.#markLength();
    const to = this.#block[this.#filled - 1] === carriageReturn ? this.#filled - 1 : this.#filled;
    const header = { bytes: this.#block.slice(from, to), line: this.#line++ };
    this.#filled = 0;
    this.#onRow();
    return header;
  }

  /** Whether the bytes of the block, which are one line of the header, are blank. */
  #isBlank(): boolean {
    return firstContent(this.#block, this.#markLength(), this.#filled) === this.#filled;
  }

  #markLength(): number {
    const hasMark = this.#line === 1 && byteOrderMark.every((byte, i) => this.#block[i] === byte);
    return hasMark && this.#filled >= byteOrderMark.length ? byteOrderMark.length : 0;
  }

  /** Fills the block; false when the source ended before it was full. */
  async #fill(): Promise<boolean> {
    for (;;) {
      this.#append();
      if (this.#lines === blockLines) return true;
      if (this.#filled < blockBytes) {
        if (!(await this.#pull())) return false;
      } else if (this.#cut > 0) return true;
      else {
        const message = `line ${this.#line}: longer than ${blockBytes} bytes`;
        throw new HttpError('InvalidRow', message, { line: this.#line, column: null, reason: 'LineTooLong' });
      }
    }
  }

  /** Copies as much of `#rest` into the block as fits, up to the maximum of lines. */
  #append(): void {
    const rest = this.#rest;
    const room = Math.min(rest.length, blockBytes - this.#filled);
    if (room === 0) return;
    if (this.#endsInReturn && rest[0] !== lineFeed) this.#hasContent = true;
    let lines = this.#lines;
    let lineEnd = 0;
    let to = 0;
    for (; to < room && lines < blockLines; to++) {
      if (rest[to] !== lineFeed) continue;
      lines++;
      lineEnd = to + 1;
    }
    if (lineEnd > 0) {
      this.#cut = this.#filled + lineEnd;
      this.#lines = lines;
      if (this.#hasContent || firstContent(rest, 0, lineEnd) < lineEnd) {
        this.#hasRows = true;
        this.#onRow();
      }
      this.#hasContent = false;
    }
    this.#hasContent ||= firstContent(rest, lineEnd, to) < to;
    this.#endsInReturn = to > lineEnd && rest[to - 1] === carriageReturn;
    this.#copy(to);
  }

  /** Moves the first bytes of `#rest` to the end of the block. */
  #copy(length: number): void {
    this.#block.set(this.#rest.subarray(0, length), this.#filled);
    this.#filled += length;
    this.#rest = this.#rest.subarray(length);
  }

  /** Hands out the block up to `end`; the next one begins with what follows. */
  #take(end: number): Block {
    const block = this.#block;
    const left = block.subarray(end, this.#filled);
    const next = new Uint8Array(this.#takeMemory());
    next.set(left);
    this.#block = next;
    const taken = { bytes: block.subarray(0, end), firstLine: this.#line, lines: this.#lines };
    this.#startBlock(left.length);
    return taken;
  }

  /** Skips the whole lines of the block. */
  #drop(): void {
    this.#block.copyWithin(0, this.#cut, this.#filled);
    this.#startBlock(this.#filled - this.#cut);
  }

  #startBlock(filled: number): void {
    this.#filled = filled;
    this.#line += this.#lines;
    this.#lines = 0;
    this.#cut = 0;
    this.#hasRows = false;
  }

  async #pull(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#source.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }
}

/**
 * The first byte from `from` on that is neither blank nor part of a line end; `to` if there is none. A carriage return
 * just before `to` counts as part of a line end.
 */
function firstContent(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  for (; at < to; at++) {
    const byte = bytes[at];
    if (byte === lineFeed || byte === space || byte === tab) continue;
    if (byte !== carriageReturn || (at + 1 < to && bytes[at + 1] !== lineFeed)) break;
  }
  return at;
}
