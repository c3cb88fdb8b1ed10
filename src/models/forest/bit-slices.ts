/**
 * A forest compiled for many rows: 32 rows walk down every tree at once, one bit each.
 *
 * A walk of one row is a chain of loads and mispredicted branches: 200 trees of depth 4 to 6 took 4 to 7
 * µs a row here, and no less tree by tree over a block of rows. Here only bit operations depend on earlier
 * results:
 *
 * 1. For each column, each row's place among all thresholds of the forest on it is found by binary
 *    search. With each row's bit set at its place, a running OR gives for each threshold the rows below
 *    it.
 * 2. A tree is evaluated from the leaves to the root. Every node has the rows that it would send to class
 *    1, and to class 2, as one word each: a test takes from its left side the rows below its threshold,
 *    from its right side the others. There is no branch, and each test costs the same few operations for
 *    all 32 rows.
 * 3. Votes are counted in bit slices: word k holds bit k of every row's count, and adding a vote is a ripple
 *    carry over the words.
 *
 * It takes 0.6 to 1 µs a row (`bench/trees.ts`). Similar in kind to QuickScorer (Lucchese et al.,
 * SIGIR 2015), which has a bit a leaf where this has a bit a row.
 */
import { classCount, type Forest } from './forest.ts';

/** Rows in a block: the bits of a word. */
export const blockRows = 32;

export interface BitSlices {
  readonly trees: number;
  /** For each column its distinct thresholds, ascending. */
  readonly thresholds: readonly Float64Array[];
  /** First word of each column in `below`. */
  readonly belowFrom: readonly number[];
  /**
   * For each threshold the rows below it. After those of a column one word more takes the rows that are below
   * none.
   */
  readonly below: Int32Array;
  /**
   * Three numbers for each test, children before parents: its word in `below`, and its left and right child's
   * place in the words of the tree. The first places are the leaves: one for each class.
   */
  readonly tests: Int32Array;
  /** End of each tree in `tests`. */
  readonly treeEnds: Int32Array;
  /** Place of each tree's root. */
  readonly rootPlaces: Int32Array;
  /** Words of the current tree: its rows of class 1 and of class 2. */
  readonly ones: Int32Array;
  readonly twos: Int32Array;
  /** Bit k of the votes for class 1, and for class 2. */
  readonly oneVotes: Int32Array;
  readonly twoVotes: Int32Array;
}

export function compileForest(forest: Forest): BitSlices {
  const { trees, columns, roots, feature, right, threshold } = forest;
  const thresholds = Array.from({ length: columns }, (_, column) =>
    Float64Array.from(new Set(threshold.filter((_, node) => feature[node] === column))).sort(),
  );
  const belowFrom: number[] = [];
  let words = 0;
  for (const { length } of thresholds) {
    belowFrom.push(words);
    words += length + 1;
  }

  const tests: number[] = [];
  let places = classCount;
  const append = (node: number): number => {
    const column = feature[node]!;
    if (column < 0) return -1 - column;
    const left = append(node + 1);
    const other = append(right[node]!);
    tests.push(belowFrom[column]! + thresholds[column]!.indexOf(threshold[node]!), left, other);
    return places++;
  };
  const treeEnds = new Int32Array(trees);
  const rootPlaces = new Int32Array(trees);
  let mostPlaces = classCount;
  for (let tree = 0; tree < trees; tree++) {
    places = classCount;
    rootPlaces[tree] = append(roots[tree]!);
    treeEnds[tree] = tests.length;
    mostPlaces = Math.max(mostPlaces, places);
  }

  const ones = new Int32Array(mostPlaces);
  const twos = new Int32Array(mostPlaces);
  ones[1] = -1;
  twos[2] = -1;
  const voteBits = 32 - Math.clz32(trees);
  return {
    trees,
    thresholds,
    belowFrom,
    below: new Int32Array(words),
    tests: Int32Array.from(tests),
    treeEnds,
    rootPlaces,
    ones,
    twos,
    oneVotes: new Int32Array(voteBits),
    twoVotes: new Int32Array(voteBits),
  };
}

/** Step 1 for up to 32 rows of `columns` values from `values[offset …]`. */
export function placeRows(slices: BitSlices, values: Float64Array, offset: number, rows: number): void {
  const { thresholds, belowFrom, below } = slices;
  const columns = thresholds.length;
  below.fill(0);
  for (let column = 0; column < columns; column++) {
    const sorted = thresholds[column]!;
    const from = belowFrom[column]!;
    for (let row = 0; row < rows; row++) {
      const place = from + thresholdsUpTo(sorted, values[offset + row * columns + column]!);
      below[place] = below[place]! | (1 << row);
    }
    let sofar = 0;
    const end = from + sorted.length;
    for (let word = from; word < end; word++) {
      sofar |= below[word]!;
      below[word] = sofar;
    }
  }
}

/** How many of the thresholds the value is not below. */
function thresholdsUpTo(sorted: Float64Array, value: number): number {
  let first = 0;
  let count = sorted.length;
  while (count > 0) {
    const half = count >> 1;
    if (value < sorted[first + half]!) {
      count = half;
    } else {
      first += half + 1;
      count -= half + 1;
    }
  }
  return first;
}

/** Steps 2 and 3 for the rows placed. */
export function countVotes(slices: BitSlices): void {
  const { trees, below, tests, treeEnds, rootPlaces, ones, twos, oneVotes, twoVotes } = slices;
  oneVotes.fill(0);
  twoVotes.fill(0);
  let at = 0;
  for (let tree = 0; tree < trees; tree++) {
    const end = treeEnds[tree]!;
    for (let place = classCount; at < end; place++, at += 3) {
      const goLeft = below[tests[at]!]!;
      const left = tests[at + 1]!;
      const right = tests[at + 2]!;
      const rightOnes = ones[right]!;
      const rightTwos = twos[right]!;
      // Bits of the left side where goLeft is set, else of the right side.
      ones[place] = rightOnes ^ (goLeft & (rightOnes ^ ones[left]!));
      twos[place] = rightTwos ^ (goLeft & (rightTwos ^ twos[left]!));
    }
    addVotes(oneVotes, ones[rootPlaces[tree]!]!);
    addVotes(twoVotes, twos[rootPlaces[tree]!]!);
  }
}

function addVotes(votes: Int32Array, carry: number): void {
  for (let bit = 0; carry !== 0; bit++) {
    const sum = votes[bit]!;
    votes[bit] = sum ^ carry;
    carry &= sum;
  }
}

/** A row's count out of bit slices. */
export function votesOf(votes: Int32Array, row: number): number {
  let count = 0;
  for (let bit = 0; bit < votes.length; bit++) count |= ((votes[bit]! >>> row) & 1) << bit;
  return count;
}
