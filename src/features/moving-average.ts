/**
 * Simple moving averages of the close, with the same operations as technicalindicators and so the same numbers, bit for
 * bit. The library's own class leaks memory: each item of its list references the one before, 64 bytes per bar, and
 * `/predict_batch` accepts any number of bars.
 */

export class MovingAverage {
  readonly #window: number;
  /** The last closes, a ring buffer. */
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
    // The oldest is subtracted before the new close is added, as in the library: the order affects the rounding.
    this.#sum = this.#count < this.#window ? this.#sum + close : this.#sum - oldest + close;
    return this.#count < this.#window ? Number.NaN : this.#sum / this.#window;
  }
}
