/**
 * A trained random forest as flat typed arrays. The nodes of a tree are in preorder: the left child follows its parent,
 * and `right` is the index of the right child, always a later one, so that every walk ends.
 */

/** Risk classes: 0 Low, 1 Medium, 2 High. */
export const classCount = 3;

export interface Forest {
  /** Features in a row. */
  readonly columns: number;
  readonly trees: number;
  /** First node of each tree and, as a last entry, the number of nodes. */
  readonly roots: Uint32Array;
  /** Column that a node tests; at a leaf −1 less the class that it votes for. */
  readonly feature: Int16Array;
  /** Below it a row goes left, else right; 0 at a leaf. */
  readonly threshold: Float64Array;
  /** Node on the right; 0 at a leaf. */
  readonly right: Uint32Array;
}

/** How the rows of each tree are drawn, always with replacement and as many as there are. */
export type Sampling =
  /** From all rows alike. */
  | 'Bootstrap'
  /** From each class as many as it has. */
  | 'Stratified'
  /** The same number from each class. */
  | 'Balanced';

export interface ForestOptions {
  readonly trees: number;
  /** Tests between the root and the deepest leaf. */
  readonly maxDepth: number;
  /** Nodes with this many rows or fewer are not split. */
  readonly minimumLeafRows: number;
  /** Share of the features that each tree sees, in (0, 1]; at least one feature. */
  readonly featureFraction: number;
  readonly sampling: Sampling;
  /** Each tree's own seed follows from this and the tree's number. */
  readonly seed: number;
}

/** The trees of several forests over the same columns, in order. */
export function joinForests(parts: readonly Forest[]): Forest {
  const trees = parts.reduce((sum, part) => sum + part.trees, 0);
  const nodes = parts.reduce((sum, part) => sum + part.feature.length, 0);
  const forest: Forest = {
    columns: parts[0]!.columns,
    trees,
    roots: new Uint32Array(trees + 1),
    feature: new Int16Array(nodes),
    threshold: new Float64Array(nodes),
    right: new Uint32Array(nodes),
  };
  let tree = 0;
  let node = 0;
  for (const part of parts) {
    const firstNode = node;
    forest.roots.set(
      part.roots.map(root => root + firstNode),
      tree,
    );
    forest.feature.set(part.feature, firstNode);
    forest.threshold.set(part.threshold, firstNode);
    forest.right.set(
      part.right.map(right => (right === 0 ? 0 : right + firstNode)),
      firstNode,
    );
    tree += part.trees;
    node += part.feature.length;
  }
  return forest;
}
