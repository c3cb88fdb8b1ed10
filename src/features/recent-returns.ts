/**
 * The last returns of a series and figures of them. Each figure is computed from the whole window, oldest return first,
 * instead of being updated. So it does not drift over millions of bars, needs no correction when a large return leaves
 * the window, and is the same, bit for bit, wherever the history began.
 */
export class RecentReturns {
  readonly #capacity: number;
  /** A ring buffer stored twice in a row, so that every window is contiguous. */
  readonly #ring: Float64Array;
  #next = 0;
  #count = 0;

  /** @param capacity the longest window, in returns. */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#ring = new Float64Array(2 * capacity);
  }

  /** Returns stored so far, at most the capacity. */
  get count(): number {
    return this.#count;
  }

  push(value: number): void {
    this.#ring[this.#next] = value;
    this.#ring[this.#next + this.#capacity] = value;
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1;
    if (this.#count < this.#capacity) this.#count += 1;
  }

  /** The return `age` bars ago: 0 is the newest. */
  at(age: number): number {
    return this.#ring[this.#next + this.#capacity - 1 - age]!;
  }

  /**
   * Sample standard deviation (divisor n-1) of the newest `length` returns, by the corrected two-pass
   * algorithm (Chan, Golub, LeVeque, 1983), whose second term cancels the rounding error of the mean.
   */
  deviation(length: number): number {
    const end = this.#next + this.#capacity;
    const start = end - length;
    let sum = 0;
    for (let i = start; i < end; i++) sum += this.#ring[i]!;
    const mean = sum / length;
    let squares = 0;
    let residual = 0;
    for (let i = start; i < end; i++) {
      const distance = this.#ring[i]! - mean;
      squares += distance * distance;
      residual += distance;
    }
    // Rounding can make the sum for equal returns slightly negative.
    return Math.sqrt(Math.max(0, squares - (residual * residual) / length) / (length - 1));
  }
}
