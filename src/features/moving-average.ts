/**
 * Simple moving averages of the close: the library's arithmetic, operation by operation, so that its numbers are
 * technicalindicators' bit for bit. The library's own class is not used because it never lets go of a value: each
 * item of its list keeps the one before alive, 64 bytes a bar, and `/predict_batch` has no last bar.
 */

export class MovingAverage {
  readonly #window: number;
  /** The last closes, a ring. */
  readonly #closes: Float64Array;
  #next = 0;
  #count = 0;
  #sum = 0;

  /** @param window in bars. */
  constructor(window: number) {
    this.#window = window;
    this.#closes = new Float64Array(window);
  }

  /** The average close of the last `window` bars; NaN until there are that many. */
  push(close: number): number {
    const oldest = this.#closes[this.#next]!;
    this.#closes[this.#next] = close;
    this.#next = this.#next + 1 === this.#window ? 0 : this.#next + 1;
    this.#count += 1;
    // What leaves is taken off before the new close is added, as in the library: the order decides the rounding.
    this.#sum = this.#count < this.#window ? this.#sum + close : this.#sum - oldest + close;
    return this.#count < this.#window ? Number.NaN : this.#sum / this.#window;
  }
}
