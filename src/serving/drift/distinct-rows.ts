/**
 * The most recent distinct rows, in memory that is allocated once. A row that is stored already is not added again and
 * keeps its age.
 */
export class DistinctRows {
  readonly capacity: number;
  readonly #columns: number;
  /** A ring buffer with one place more than rows are kept: the next row is written there before it is looked up. */
  readonly #values: Float64Array;
  /** The same memory as bits, two words a value. */
  readonly #words: Uint32Array;
  readonly #hashes: Uint32Array;
  /** Hash table with linear probing: the place of a row plus one, 0 if the slot is empty. */
  readonly #slots: Int32Array;
  /** The place of the next row. Once the ring is full, the places after it hold the oldest rows. */
  #next = 0;
  #rows = 0;

  constructor(capacity: number, columns: number) {
    this.capacity = capacity;
    this.#columns = columns;
    this.#values = new Float64Array((capacity + 1) * columns);
    this.#words = new Uint32Array(this.#values.buffer);
    this.#hashes = new Uint32Array(capacity + 1);
    // At most half full, and a power of two, so that a mask cuts a hash to a slot.
    this.#slots = new Int32Array(2 ** Math.ceil(Math.log2(2 * (capacity + 1))));
  }

  get rows(): number {
    return this.#rows;
  }

  /** Adds the row at `values[offset …]` unless it is stored already. Allocates nothing. */
  add(values: Float64Array, offset: number): void {
    const place = this.#next;
    const start = place * this.#columns;
    // Plus zero: −0 becomes 0, so that equal rows have equal bits.
    for (let i = 0; i < this.#columns; i++) this.#values[start + i] = values[offset + i]! + 0;
    this.#hashes[place] = this.#hash(place);
    const slot = this.#slotOf(place);
    if (this.#slots[slot] !== 0) return;
    this.#slots[slot] = place + 1;
    this.#next = (place + 1) % (this.capacity + 1);
    if (this.#rows < this.capacity) this.#rows += 1;
    else this.#remove(this.#next);
  }

  /** A copy of one column, oldest row first. */
  column(index: number): Float64Array {
    const places = this.capacity + 1;
    const first = this.#next - this.#rows + places;
    return Float64Array.from({ length: this.#rows }, (_, row) => {
      const place = (first + row) % places;
      return this.#values[place * this.#columns + index]!;
    });
  }

  /** Mixed by multiplying and shifting, as in MurmurHash. Rows with the same hash are distinguished by their values. */
  #hash(place: number): number {
    const end = (place + 1) * this.#columns * 2;
    let hash = 0;
    for (let i = place * this.#columns * 2; i < end; i++) {
      hash = Math.imul(hash ^ this.#words[i]!, 0x85eb_ca6b);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** The slot of the row that equals the one at `place`, or the empty slot for it. */
  #slotOf(place: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hashes[place]! & mask;
    for (let other = this.#slots[slot]!; other !== 0; other = this.#slots[slot]!) {
      if (this.#isEqual(other - 1, place)) break;
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  #isEqual(one: number, other: number): boolean {
    if (this.#hashes[one] !== this.#hashes[other]) return false;
    const columns = this.#columns;
    for (let i = 0; i < columns; i++) {
      if (this.#values[one * columns + i] !== this.#values[other * columns + i]) return false;
    }
    return true;
  }

  /**
   * Empties the slot of the row at `place`. Rows that were placed behind it by probing move up, so that they are still found (Knuth,
   * The Art of Computer Programming, volume 3, 6.4, algorithm R).
   */
  #remove(place: number): void {
    const mask = this.#slots.length - 1;
    let hole = this.#slotOf(place);
    let slot = (hole + 1) & mask;
    for (let other = this.#slots[slot]!; other !== 0; other = this.#slots[slot]!) {
      const home = this.#hashes[other - 1]! & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        this.#slots[hole] = other;
        hole = slot;
      }
      slot = (slot + 1) & mask;
    }
    this.#slots[hole] = 0;
  }
}
