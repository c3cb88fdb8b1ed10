/**
 * Predictions from flat trees against the training libraries' own, on the same models and rows: half of the rows
 * stand on thresholds, half are near the AAPL sample's. Regression margins must be equal bit for bit, risk classes
 * equal; exits with 1 when they are not.
 *
 *     node bench/trees.ts [rows, default 100000]
 */
import { RandomForestClassifier } from 'ml-random-forest';
import { computeFeatures } from '../src/features/compute.ts';
import { riskLevel, riskThresholds } from '../src/features/risk.ts';
import { computeTargets } from '../src/features/targets.ts';
import type { Booster } from '../src/models/booster/booster.ts';
import { predictReturn, predictReturns } from '../src/models/booster/predict.ts';
import { trainXgboost } from '../src/models/booster/xgboost.ts';
import { parseXgboost } from '../src/models/booster/xgboost-format.ts';
import { withFastSplits } from '../src/models/forest/fast-split.ts';
import { flattenTrees } from '../src/models/forest/flatten.ts';
import type { Forest } from '../src/models/forest/forest.ts';
import { predictRisk } from '../src/models/forest/predict.ts';
import { voteRisk } from '../src/models/forest/vote.ts';
import { type Matrix, rowOf } from '../src/models/matrix.ts';
import { Random } from '../src/models/random.ts';
import { sampleBars } from '../support/bars.ts';
import { deviate, libraryPredictions, rowsOnThresholds, thresholdsOf } from '../support/library-booster.ts';

const count = Number(process.argv[2] ?? 100_000);
const trees = 200;
const random = new Random(1);
const windows = { shortWindow: 10, longWindow: 50, rsiPeriod: 14, volatilityWindow: 10, horizonDays: 1 };
const { x, returns, levels } = sample();
let mismatches = 0;

console.log(`${trees} trees on the AAPL sample, ${count} rows; microseconds a row\n`);
console.log('model               unequal   library  flat, one row  flat, many  library / flat');
for (const depth of [1, 2, 3]) await compareBooster(depth);
compareForest();
process.exitCode = mismatches === 0 ? 0 : 1;

function sample(): { x: Matrix; returns: Float64Array; levels: number[] } {
  const bars = sampleBars();
  const { firstBar, x } = computeFeatures(bars, windows);
  const targets = computeTargets(
    Float64Array.from(bars, bar => bar.close),
    windows,
  );
  const rows = x.rows - 1;
  const volatilities = targets.volatilityAhead.slice(firstBar, -1);
  const thresholds = riskThresholds(volatilities, 1 / 3, 2 / 3);
  return {
    x: { ...x, rows, values: x.values.slice(0, rows * x.columns) },
    returns: targets.returnNext.slice(firstBar, -1),
    levels: Array.from(volatilities, volatility => riskLevel(volatility, thresholds)),
  };
}

/** Half on thresholds, half near rows of the sample. */
function rowsToAsk(thresholds: number[][]): Matrix {
  const half = Math.floor(count / 2);
  const on = rowsOnThresholds(random, thresholds, half);
  const beside = Float64Array.from(
    { length: (count - half) * x.columns },
    (_, i) => x.values[i % x.values.length]! * (1 + 0.1 * deviate(random)),
  );
  const values = new Float64Array(count * x.columns);
  values.set(on.values);
  values.set(beside, on.values.length);
  return { rows: count, columns: x.columns, values };
}

async function compareBooster(maxDepth: number): Promise<void> {
  const parameters = { maxDepth, learningRate: 0.05, minChildWeight: 1, rounds: trees, base: 0.001, seed: 1 };
  const bytes = await trainXgboost(x, returns, parameters);
  const booster = parseXgboost(bytes);
  const asked = rowsToAsk(thresholdsOf(booster));
  const start = performance.now();
  const expected = await libraryPredictions(bytes, asked);
  const library = performance.now() - start;
  const many = quickest(() => predictReturns(booster, asked));
  const one = quickest(() => eachReturn(booster, asked));
  const unequal = differing(expected, many.result) + differing(expected, one.result);
  report(`XGBoost, depth ${maxDepth}`, unequal, library, one.time, many.time);
}

function eachReturn(booster: Booster, asked: Matrix): Float64Array {
  const predictions = new Float64Array(asked.rows);
  for (let row = 0; row < asked.rows; row++) {
    predictions[row] = predictReturn(booster, asked.values, row * asked.columns);
  }
  return predictions;
}

function compareForest(): void {
  const model = new RandomForestClassifier({
    nEstimators: trees,
    seed: 1,
    maxFeatures: 0.6,
    replacement: false,
    useSampleBagging: true,
    noOOB: true,
    treeOptions: { maxDepth: 6, minNumSamples: 3 },
  });
  const rows = (matrix: Matrix) =>
    Array.from({ length: matrix.rows }, (_, row) => Array.from(rowOf(matrix, row)));
  withFastSplits(() => model.train(rows(x), levels));
  const { estimators, indexes } = model.toJSON().baseModel;
  const forest = flattenTrees(
    estimators.map((tree, i) => ({ root: tree.root, columns: indexes[i]! })),
    x.columns,
  );
  const asked = rowsToAsk(forestThresholds(forest));
  const askedRows = rows(asked);
  const start = performance.now();
  const expected = model.predict(askedRows);
  const library = performance.now() - start;
  const many = quickest(() => predictRisk(forest, asked).levels);
  const one = quickest(() => eachLevel(forest, asked));
  const unequal = differing(expected, many.result) + differing(expected, one.result);
  report('random forest, 6', unequal, library, one.time, many.time);
}

function forestThresholds({ columns, feature, threshold }: Forest): number[][] {
  return Array.from({ length: columns }, (_, column) =>
    Array.from(threshold).filter((_, node) => feature[node] === column),
  );
}

function eachLevel(forest: Forest, asked: Matrix): Uint8Array {
  const levels = new Uint8Array(asked.rows);
  const probabilities = new Float64Array(3);
  for (let row = 0; row < asked.rows; row++) {
    levels[row] = voteRisk(forest, asked.values, row * asked.columns, probabilities);
  }
  return levels;
}

/** The minimum of a few runs in milliseconds: slower runs shared the processor. */
function quickest<T>(work: () => T): { result: T; time: number } {
  let time = Number.POSITIVE_INFINITY;
  let result = work();
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    result = work();
    time = Math.min(time, performance.now() - start);
  }
  return { result, time };
}

function differing(expected: ArrayLike<number>, actual: ArrayLike<number>): number {
  let unequal = 0;
  for (let row = 0; row < count; row++) if (!Object.is(expected[row], actual[row])) unequal++;
  return unequal;
}

function report(name: string, unequal: number, library: number, one: number, many: number): void {
  mismatches += unequal;
  const perRow = (time: number, width: number) => ((1000 * time) / count).toFixed(2).padStart(width);
  console.log(
    `${name.padEnd(18)}${String(unequal).padStart(9)}${perRow(library, 10)}${perRow(one, 15)}${perRow(many, 12)}` +
      `${(library / many).toFixed(1).padStart(16)}`,
  );
}
