/** Turns the library's linked nodes into flat arrays. */
import type { Forest } from './forest.ts';

/** What the library's nodes hold, as far as a prediction needs it. */
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
  /** The column of the data behind each column that the tree saw. */
  readonly columns: readonly number[];
}

/**
 * Flattens trees over rows of `columns` features. A test whose two sides vote alike changes no vote, so it
 * becomes one leaf; the library keeps such tests for the sake of its class shares, which its vote ignores.
 */
export function flattenTrees(trees: readonly LibraryTree[], columns: number): Forest {
  const roots = [0];
  const feature: number[] = [];
  const threshold: number[] = [];
  const right: number[] = [];

  const append = (node: LibraryNode, names: readonly number[]): void => {
    const at = feature.length;
    right.push(0);
    if (node.left === undefined || node.right === undefined) {
      feature.push(-1 - node.distribution!.maxRowIndex(0)[1]!);
      threshold.push(0);
      return;
    }
    feature.push(names[node.splitColumn!]!);
    threshold.push(node.splitValue!);
    append(node.left, names);
    right[at] = feature.length;
    append(node.right, names);
    const onlyLeaves = feature.length === at + 3;
    if (onlyLeaves && feature[at + 1] === feature[at + 2]) {
      feature.splice(at, 3, feature[at + 1]!);
      threshold.splice(at, 3, 0);
      right.splice(at, 3, 0);
    }
  };

  for (const { root, columns: names } of trees) {
    append(root, names);
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
