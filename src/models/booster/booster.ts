/**
 * Gradient-boosted regression trees as flat typed arrays. All arithmetic on them is float32, as in XGBoost,
 * so that predictions equal the training library's bit for bit.
 */
import type { Matrix } from '../matrix.ts';

/**
 * The nodes of all trees, tree after tree, each tree's root first. A node with `left` 0 is a leaf and `value`
 * is its weight; any other sends a row to `left` when its feature is below `value`, else to `left + 1`.
 * Children always come after their parent, so a walk ends.
 */
export interface Booster {
  /** Number of features. */
  readonly columns: number;
  /** Added to every prediction: the mean of the training labels, a float32. */
  readonly base: number;
  /** First node of each tree. */
  readonly roots: Uint32Array;
  readonly feature: Uint16Array;
  /** Threshold of a split or weight of a leaf. */
  readonly value: Float32Array;
  /** Absolute index of the left child; 0 at a leaf (node 0 is a root, never a child). */
  readonly left: Uint32Array;
}

/** Marks a leaf in place of its feature, in trees without links. */
export const leafMark = 0xffff;

/**
 * A booster from nodes in breadth-first order, tree after tree. In this order the n-th split of a tree has the n-th pair
 * of nodes after the root as its children, and a tree ends when every split has its children.
 * @throws RangeError when the nodes form no such trees, a feature is not below `columns` or a value is not finite.
 */
export function linkTrees(columns: number, base: number, feature: Uint16Array, value: Float32Array): Booster {
  if (columns < 1 || columns >= leafMark) throw new RangeError(`${columns} features`);
  if (!Number.isFinite(base)) throw new RangeError(`the base is ${base}`);
  const roots: number[] = [];
  const left = new Uint32Array(value.length);
  /** Nodes before this one have a parent, or are roots. */
  let claimed = 0;
  for (let node = 0; node < value.length; node++) {
    if (node === claimed) roots.push(claimed++);
    if (!Number.isFinite(value[node])) throw new RangeError(`node ${node} holds ${value[node]}`);
    if (feature[node] === leafMark) continue;
    if (feature[node]! >= columns) throw new RangeError(`node ${node} reads feature ${feature[node]}`);
    left[node] = claimed;
    claimed += 2;
  }
  if (claimed > value.length) throw new RangeError('the last tree is truncated');
  return { columns, base, roots: Uint32Array.from(roots), feature, value, left };
}

/** A booster without trees, which predicts `mean` for every row. */
export function meanBooster(columns: number, mean: number): Booster {
  return linkTrees(columns, Math.fround(mean), new Uint16Array(0), new Float32Array(0));
}

/** Checks that `booster` can predict a matrix. @throws RangeError when the number of columns differs. */
export function checkColumns(booster: Booster, x: Matrix): void {
  if (x.columns !== booster.columns) {
    throw new RangeError(`the model has ${booster.columns} features, the matrix ${x.columns} columns`);
  }
}
