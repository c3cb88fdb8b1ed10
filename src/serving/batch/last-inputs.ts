/** The last inputs of an upload: only the end of a long upload would remain in the window of inputs. */
export class LastInputs {
  readonly pieces: Float64Array[] = [];
  readonly #least: number;
  #length = 0;

  /** @param least how many of the last values are needed. */
  constructor(least: number) {
    this.#least = least;
  }

  /** Adds a piece and drops the oldest pieces that are not needed. */
  push(piece: Float64Array): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.#length += piece.length;
    while (this.#length - this.pieces[0]!.length >= this.#least) this.#length -= this.pieces.shift()!.length;
  }
}
