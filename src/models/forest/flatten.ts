/** Turns the library's linked nodes into flat arrays. */
import type { Forest } from './forest.ts';

/** The fields of the library's nodes that a prediction needs. */
export interface LibraryNode {
  readonly splitColumn?: number;
  readonly splitValue?: number;
  readonly left?: LibraryNode;
  readonly right?: LibraryNode;
  /** One row: the share of each class. */
  readonly distribution?: { maxRowIndex(row: number): number[] };
}

export interface LibraryTree {
  readonly root: LibraryNode;
  /** Maps each column index of the tree to a column index of the data; a tree may be trained on a subset of columns. */
  readonly columns: readonly number[];
}

/**
 * Flattens trees over rows of `columns` features. A split whose two leaves have the same class
 * never changes a vote and becomes one leaf. The library keeps such splits for class probabilities, which votes ignore.
 */
export function flattenTrees(trees: readonly LibraryTree[], columns: number): Forest {
  const roots = [0];
  const feature: number[] = [];
  const threshold: number[] = [];
  const right: number[] = [];

  const append = (node: LibraryNode, dataColumns: readonly number[]): void => {
    const at = feature.length;
    right.push(0);
    if (node.left === undefined || node.right === undefined) {
      feature.push(-1 - node.distribution!.maxRowIndex(0)[1]!);
      threshold.push(0);
      return;
    }
    feature.push(dataColumns[node.splitColumn!]!);
    threshold.push(node.splitValue!);
    append(node.left, dataColumns);
    right[at] = feature.length;
    append(node.right, dataColumns);
    const onlyLeaves = feature.length === at + 3;
    if (onlyLeaves && feature[at + 1] === feature[at + 2]) {
      feature.splice(at, 3, feature[at + 1]!);
      threshold.splice(at, 3, 0);
      right.splice(at, 3, 0);
    }
  };

  for (const { root, columns: dataColumns } of trees) {
    append(root, dataColumns);
    roots.push(feature.length);
  }
  return {
    columns,
    trees: trees.length,
    roots: Uint32Array.from(roots),
    feature: Int16Array.from(feature),
    threshold: Float64Array.from(threshold),
    right: Uint32Array.from(right),
  };
}
