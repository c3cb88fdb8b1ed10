/**
 * A small seeded generator: xoshiro128** 1.1 (Blackman and Vigna, "Scrambled linear pseudorandom number
 * generators", ACM Transactions on Mathematical Software 47, 2021), period 2^128 − 1. The same seed gives the
 * same numbers on every machine, which is all the randomness that a run may have.
 */

const rotate = (value: number, by: number) => (value << by) | (value >>> (32 - by));

/** One step of the 32-bit SplitMix generator, which the authors advise for filling the state from a seed. */
function splitMix(state: number): number {
  let mixed = state;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /**
   * @param seed any integer; its low 32 bits count.
   * @param stream parts of one run that share a seed take a stream each, so that their numbers are unrelated.
   */
  constructor(seed: number, stream = 0) {
    let state = splitMix(stream + 0x9e3779b9) ^ seed;
    const next = () => {
      state = (state + 0x9e3779b9) | 0;
      return splitMix(state);
    };
    this.#a = next();
    this.#b = next();
    this.#c = next();
    // The all-zero state is the one that must not be; the other three may be anything then.
    this.#d = next() || 1;
  }

  /** A whole number in [0, 2^32). */
  uint32(): number {
    const result = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = rotate(this.#d, 11);
    return result >>> 0;
  }

  /** A number in [0, 1) in steps of 2^-32. */
  uniform(): number {
    return this.uint32() / 2 ** 32;
  }

  /** A whole number in [0, bound), each equally likely; bound at most 2^32. */
  below(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 2 ** 32) {
      throw new RangeError(`the bound must be a whole number in [1, 2^32], not ${bound}`);
    }
    // The last, incomplete run of remainders would favour small numbers: draw again.
    const fair = 2 ** 32 - (2 ** 32 % bound);
    let drawn = this.uint32();
    while (drawn >= fair) drawn = this.uint32();
    return drawn % bound;
  }

  /** Shuffles in place (Fisher and Yates, after Durstenfeld) and returns the same array. */
  shuffle<T extends { [index: number]: unknown; readonly length: number }>(items: T): T {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const kept = items[last];
      items[last] = items[other];
      items[other] = kept;
    }
    return items;
  }
}
