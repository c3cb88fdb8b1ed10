/** Limits the bytes of an upload, decompressed and in proportion to its rows: compressed, a terabyte of blank lines is small. */
import { HttpError } from '../errors.ts';

export interface ByteBudgetLimits {
  readonly decompressedBytes: number;
  /** Bytes that the upload may have beyond `bytesPerRow` for each of its rows; a bad row counts `bytesPerBadRow` more. */
  readonly sparseBytes: number;
}

/** Far above the length of a row of numbers. */
export const bytesPerRow = 1024;
/** Two bytes make a bad row, which takes as long as a longer one. */
export const bytesPerBadRow = 64;

export class ByteBudget {
  readonly #limits: ByteBudgetLimits;
  readonly #stop: AbortSignal;
  /** Bytes that the rows so far explain. */
  #explained = 0;

  /** @param stop ends both; its reason is thrown. */
  constructor(limits: ByteBudgetLimits, stop: AbortSignal) {
    this.#limits = limits;
    this.#stop = stop;
  }

  /** Records rows of the answer, and bad rows that it leaves out. */
  answered(rows: number, badRows: number): void {
    this.#explained += bytesPerRow * rows - bytesPerBadRow * badRows;
  }

  /** Passes on the upload as it was sent. @throws HttpError TooFewRows. */
  sent(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    return this.#limited(source, Number.POSITIVE_INFINITY);
  }

  /** Passes on decompressed bytes. @throws HttpError TooFewRows, or BodyTooLarge when they are too many in all. */
  decompressed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, void> {
    return this.#limited(source, this.#limits.decompressedBytes);
  }

  async *#limited(
    source: AsyncIterable<Uint8Array>,
    limitBytes: number,
  ): AsyncGenerator<Uint8Array, void, void> {
    let bytes = 0;
    for await (const chunk of source) {
      this.#stop.throwIfAborted();
      bytes += chunk.length;
      if (bytes > limitBytes) {
        const message = `the upload is larger than ${limitBytes} bytes when it is decompressed: split it`;
        throw new HttpError('BodyTooLarge', message, { limitBytes });
      }
      if (bytes > this.#limits.sparseBytes + this.#explained) throw this.#tooFewRows();
      yield chunk;
    }
  }

  #tooFewRows(): HttpError {
    const { sparseBytes } = this.#limits;
    const message =
      `the upload has more than ${sparseBytes} bytes beyond ${bytesPerRow} for each valid row: ` +
      'remove its blank lines, bad rows and padding';
    return new HttpError('TooFewRows', message, { limitBytes: sparseBytes, bytesPerRow });
  }
}
