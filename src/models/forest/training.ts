/** Trains trees with ml-random-forest; runs on a worker thread. */
import { RandomForestClassifier } from 'ml-random-forest';
import { type Matrix, rowOf } from '../matrix.ts';
import { Random } from '../random.ts';
import { withFastSplits } from './fast-split.ts';
import { flattenTrees, type LibraryTree } from './flatten.ts';
import type { Forest, ForestOptions } from './forest.ts';
import { drawRows, rowsByClass } from './sampling.ts';

/** Trees `from` up to but not including `to` of the forest that `options` describe. */
export interface TreesTask {
  readonly x: Matrix;
  /** One of 0, 1, 2 for each row. */
  readonly labels: Uint8Array;
  readonly options: ForestOptions;
  readonly from: number;
  readonly to: number;
}

export function trainTrees({ x, labels, options, from, to }: TreesTask): Forest {
  const data: TrainingData = {
    rows: Array.from({ length: x.rows }, (_, row) => Array.from(rowOf(x, row))),
    labels: Array.from(labels),
    classes: rowsByClass(labels),
  };
  const trees: LibraryTree[] = [];
  withFastSplits(() => {
    for (let tree = from; tree < to; tree++) trees.push(trainTree(data, options, tree));
  });
  return flattenTrees(trees, x.columns);
}

/** In the library's format. */
interface TrainingData {
  readonly rows: number[][];
  readonly labels: number[];
  /** Rows of each class. */
  readonly classes: number[][];
}

/**
 * A forest of one tree with its own seed, so that the tree depends neither on earlier trees, as it would inside the
 * library's forest, nor on the number of workers.
 */
function trainTree(
  { rows, labels, classes }: TrainingData,
  { sampling, seed, maxDepth, minimumLeafRows, featureFraction }: ForestOptions,
  tree: number,
): LibraryTree {
  const random = new Random(seed, tree);
  const forest = new RandomForestClassifier({
    nEstimators: 1,
    // The library expects a signed 32-bit integer.
    seed: random.uint32() | 0,
    maxFeatures: featureShare(rows[0]!.length, featureFraction),
    replacement: false,
    useSampleBagging: sampling === 'Bootstrap',
    noOOB: true,
    treeOptions: { maxDepth, minNumSamples: minimumLeafRows },
  });
  if (sampling === 'Bootstrap') {
    forest.train(rows, labels);
  } else {
    const drawn = drawRows(classes, sampling, random);
    forest.train(
      drawn.map(row => rows[row]!),
      drawn.map(row => labels[row]!),
    );
  }
  const { estimators, indexes } = forest.toJSON().baseModel;
  return { root: estimators[0]!.root, columns: indexes[0]! };
}

/**
 * `maxFeatures` for at least one feature. The library rounds a fraction down, reads the number 1 as all
 * features and has no other way to request one. Hence a fraction half a feature above the wanted count.
 */
function featureShare(columns: number, fraction: number): number {
  const wanted = Math.max(1, Math.floor(columns * fraction));
  return wanted === columns ? 1 : (wanted + 0.5) / columns;
}
