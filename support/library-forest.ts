/** The library's forest as it comes, and as flat arrays: the yardstick of tests and benches. */
import { RandomForestClassifier } from 'ml-random-forest';
import { flattenTrees } from '../src/models/forest/flatten.ts';
import type { Forest } from '../src/models/forest/forest.ts';
import { type Matrix, rowOf } from '../src/models/matrix.ts';

export type LibraryForest = RandomForestClassifier;
export type LibraryOptions = ConstructorParameters<typeof RandomForestClassifier>[0] & object;

export function trainLibrary(x: Matrix, labels: ArrayLike<number>, options: LibraryOptions): LibraryForest {
  const forest = new RandomForestClassifier({ noOOB: true, ...options });
  forest.train(rowsOf(x), Array.from(labels));
  return forest;
}

export function rowsOf(x: Matrix): number[][] {
  return Array.from({ length: x.rows }, (_, row) => Array.from(rowOf(x, row)));
}

export function flattenLibrary(forest: LibraryForest, columns: number): Forest {
  const { estimators, indexes } = forest.toJSON().baseModel;
  const trees = estimators.map((estimator, tree) => ({ root: estimator.root, columns: indexes[tree]! }));
  return flattenTrees(trees, columns);
}
