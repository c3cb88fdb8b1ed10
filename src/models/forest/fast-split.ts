/**
 * A fast way for ml-cart, the trees inside ml-random-forest, to grow a classification tree; the tree is the
 * same to the last bit.
 *
 * For each threshold of each column ml-cart divides the labels into two new arrays and counts them: with
 * n rows that is O(n²) a column and node. Here every column is sorted once for the tree; a node's rows
 * keep that order when it is split, and one pass over a column gives the class counts on both sides of
 * each threshold. `best-split.ts` explains why it finds the same split.
 */
import { RandomForestClassifier } from 'ml-random-forest';
import { bestSplit, type SortedRows } from './best-split.ts';
import { stableOrder } from './stable-order.ts';

/** What is used of ml-cart's TreeNode. */
interface TreeNode {
  readonly constructor: new (options: TreeNode) => TreeNode;
  readonly kind: string;
  readonly gainFunction: string;
  readonly splitFunction: string;
  readonly minNumSamples: number;
  readonly maxDepth: number;
  readonly gainThreshold: number;
  splitValue?: number;
  splitColumn?: number;
  gain?: number;
  numberSamples?: number;
  left?: TreeNode;
  right?: TreeNode;
  calculatePrediction(labels: number[]): void;
  train(x: LibraryMatrix, labels: number[], depth: number, parentGain?: number | null): void;
}

interface LibraryMatrix {
  readonly rows: number;
  readonly columns: number;
  get(row: number, column: number): number;
}

/** Runs the synchronous `work` while ml-cart uses the fast split search. */
export function withFastSplits<T>(work: () => T): T {
  const prototype = treeNodePrototype();
  const original = prototype.train;
  prototype.train = function train(x, labels, depth, parentGain) {
    const data = suits(this, labels) ? sortRows(x, labels) : undefined;
    if (data === undefined) original.call(this, x, labels, depth, parentGain);
    else grow(this, data, 0, x.rows, depth, parentGain === undefined ? 0 : parentGain);
  };
  try {
    return work();
  } finally {
    prototype.train = original;
  }
}

/** The library does not export the class; every trained tree has one at its root. */
function treeNodePrototype(): TreeNode {
  const forest = new RandomForestClassifier({ nEstimators: 1, useSampleBagging: false, noOOB: true });
  forest.train([[0], [1]], [0, 1]);
  const root: TreeNode = forest.toJSON().baseModel.estimators[0]!.root;
  return Object.getPrototypeOf(root);
}

/** Anything but trees of three classes is left to the original. */
function suits(node: TreeNode, labels: readonly number[]): boolean {
  for (const label of labels) if (label !== 0 && label !== 1 && label !== 2) return false;
  return node.kind === 'classifier' && node.gainFunction === 'gini' && node.splitFunction === 'mean';
}

/** With room for `divide` to work in. */
interface TreeRows extends SortedRows {
  readonly goesLeft: Uint8Array;
  readonly spare: Uint32Array;
}

/** Undefined where a value is not finite or so large that a mean overflows. */
function sortRows(x: LibraryMatrix, labels: readonly number[]): TreeRows | undefined {
  const values = Array.from({ length: x.columns }, () => new Float64Array(x.rows));
  const largest = Number.MAX_VALUE / 2;
  for (let row = 0; row < x.rows; row++) {
    for (let column = 0; column < x.columns; column++) {
      const value = x.get(row, column);
      if (!(Math.abs(value) <= largest)) return undefined;
      values[column]![row] = value;
    }
  }
  return {
    values,
    labels: Uint8Array.from(labels),
    order: new Uint32Array(x.rows).map((_, row) => row),
    orders: values.map(stableOrder),
    goesLeft: new Uint8Array(x.rows),
    spare: new Uint32Array(x.rows),
  };
}

/** ml-cart's `TreeNode.train` for the rows in `[from, to)`. */
function grow(
  node: TreeNode,
  data: TreeRows,
  from: number,
  to: number,
  depth: number,
  parentGain: number | null,
): void {
  if (to - from <= node.minNumSamples) {
    node.calculatePrediction(labelsOf(data, from, to));
    return;
  }
  const { gain, column, value } = bestSplit(data, from, to);
  node.splitValue = value;
  node.splitColumn = column;
  node.gain = gain;
  node.numberSamples = column === undefined ? undefined : to - from;
  const wanted = depth < node.maxDepth && gain > node.gainThreshold && gain !== parentGain;
  const middle = wanted ? divide(data, from, to, column!, value!) : from;
  if (middle === from || middle === to) {
    node.calculatePrediction(labelsOf(data, from, to));
    return;
  }
  node.left = new node.constructor(node);
  node.right = new node.constructor(node);
  grow(node.left, data, from, middle, depth + 1, gain);
  grow(node.right, data, middle, to, depth + 1, gain);
}

/** In the order given: ml-cart's shares are sums over them. */
function labelsOf({ order, labels }: SortedRows, from: number, to: number): number[] {
  const found = new Array<number>(to - from);
  for (let i = from; i < to; i++) found[i - from] = labels[order[i]!]!;
  return found;
}

/** Moves the rows below `value` to the front of the range in every order; returns where the others begin. */
function divide(
  { values, order, orders, goesLeft, spare }: TreeRows,
  from: number,
  to: number,
  column: number,
  value: number,
): number {
  const tested = values[column]!;
  for (let i = from; i < to; i++) goesLeft[order[i]!] = tested[order[i]!]! < value ? 1 : 0;
  let middle = from;
  for (const rows of [order, ...orders]) {
    middle = from;
    let others = 0;
    for (let i = from; i < to; i++) {
      const row = rows[i]!;
      // Both are written and one of the two counts: no branch to mispredict.
      rows[middle] = row;
      spare[others] = row;
      const left = goesLeft[row]!;
      middle += left;
      others += 1 - left;
    }
    for (let i = 0; i < others; i++) rows[middle + i] = spare[i]!;
  }
  return middle;
}
