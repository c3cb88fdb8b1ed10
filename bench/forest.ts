/**
 * Training of the risk forest, compared with the unmodified library, on the AAPL sample: the same rows, the same
 * options, and the accuracy on the same holdout.
 *
 *     node bench/forest.ts [trees of the unmodified library, default all 200; fewer are scaled by tree]
 *
 * For one seed the library trains the same forest with our split search, to the last bit. This is checked too: the exit
 * code is 1 if the forests differ. `trainForest` seeds each tree separately, so that trees can be trained in parallel:
 * a different forest, with the same options.
 */
import { availableParallelism } from 'node:os';
import { withFastSplits } from '../src/models/forest/fast-split.ts';
import type { ForestOptions } from '../src/models/forest/forest.ts';
import { predictRisk } from '../src/models/forest/predict.ts';
import { trainForest } from '../src/models/forest/train-forest.ts';
import { TrainingPool } from '../src/pipeline/training-pool.ts';
import { flattenLibrary, type LibraryForest, trainLibrary } from '../support/library-forest.ts';
import { riskSample } from '../support/risk-sample.ts';

const trees = 200;
const libraryTrees = Math.min(trees, Number(process.argv[2] ?? trees));
const options: ForestOptions = {
  trees,
  maxDepth: 6,
  minimumLeafRows: 3,
  featureFraction: 1,
  sampling: 'Bootstrap',
  seed: 1,
};
const { train, test } = riskSample();
const workers = availableParallelism();
const pool = new TrainingPool(workers);

console.log(
  `${trees} trees of depth ${options.maxDepth} on ${train.x.rows} rows of ${train.x.columns} features\n`,
);
console.log('                                          seconds   times faster   accuracy on the holdout');

const original = await timed(() => libraryForest(libraryTrees));
const scaled = (original.seconds * trees) / libraryTrees;
if (libraryTrees === trees) report('library', scaled, accuracyOf(original.result));
else report(`library (${libraryTrees} trees, scaled)`, scaled);

const fast = await timed(() => withFastSplits(() => libraryForest(trees)));
report('library, our split search, one thread', fast.seconds, accuracyOf(fast.result));

for (const state of ['starting', 'warm']) {
  const ours = await timed(() => trainForest(train.x, train.labels, options, pool.runTask));
  report(`trainForest, ${workers} workers, ${state}`, ours.seconds, accuracyOf(ours.result));
}
await pool.close();

const identical = sameTrees(
  original.result,
  libraryTrees === trees ? fast.result : withFastSplits(() => libraryForest(libraryTrees)),
);
const verdict = identical ? 'bit-identical' : 'NOT IDENTICAL';
console.log(`\n${libraryTrees} trees of the library are ${verdict} with our split search`);
process.exitCode = identical ? 0 : 1;

function libraryForest(nEstimators: number): LibraryForest {
  return trainLibrary(train.x, train.labels, {
    nEstimators,
    seed: options.seed,
    maxFeatures: options.featureFraction,
    replacement: false,
    treeOptions: { maxDepth: options.maxDepth, minNumSamples: options.minimumLeafRows },
  });
}

async function timed<T>(work: () => T | Promise<T>): Promise<{ result: T; seconds: number }> {
  const start = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - start) / 1000 };
}

function accuracyOf(forest: LibraryForest | Parameters<typeof predictRisk>[0]): number {
  const flat = 'columns' in forest ? forest : flattenLibrary(forest, test.x.columns);
  const { levels } = predictRisk(flat, test.x);
  return levels.filter((level, row) => level === test.labels[row]).length / levels.length;
}

function sameTrees(a: LibraryForest, b: LibraryForest): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function report(name: string, seconds: number, accuracy?: number): void {
  const cells = [
    name.padEnd(40),
    seconds.toFixed(2).padStart(9),
    (scaled / seconds).toFixed(1).padStart(15),
    (accuracy?.toFixed(4) ?? '').padStart(26),
  ];
  console.log(cells.join(''));
}
