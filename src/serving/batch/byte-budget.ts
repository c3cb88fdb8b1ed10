/** Limits the bytes of an upload, decompressed and in proportion to its rows: compressed, a terabyte of blank lines is small. */
import { HttpError } from '../errors.ts';

export interface ByteBudgetLimits {
  readonly decompressedBytes: number;
  /** Bytes that the upload may have beyond `bytesPerRow` for each of its rows. */
  readonly sparseBytes: number;
}

/** Far above the length of a row of numbers. */
export const bytesPerRow = 1024;

export class ByteBudget {
  readonly #limits: ByteBudgetLimits;
  #rows = 0;

  constructor(limits: ByteBudgetLimits) {
    this.#limits = limits;
  }

  /** Records rows of the answer. */
  answered(rows: number): void {
    this.#rows += rows;
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
      bytes += chunk.length;
      if (bytes > limitBytes) {
        const message = `the upload is larger than ${limitBytes} bytes when it is decompressed: split it`;
        throw new HttpError('BodyTooLarge', message, { limitBytes });
      }
      if (bytes > this.#limits.sparseBytes + bytesPerRow * this.#rows) throw this.#tooFewRows();
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
