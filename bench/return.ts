/**
 * The return model against the trivial predictors, on the AAPL sample and on synthetic series with known
 * predictability: nested expanding walk-forward with the spec's defaults, so that tuning sees each fold's past only.
 *
 *     node bench/return.ts [draws of each made-up series, default 2]
 *
 * Each figure is an RMSE over the RMSE of the training mean: below 1 is better than the mean. `textbook` is the same
 * library as tutorials use it: 200 trees of depth 3 at rate 0.05. Exits with 1 when the model's ratio exceeds 1.005.
 */
import { trainingRunSpecSchema } from '../src/api/training-run.ts';
import { computeFeatures } from '../src/features/compute.ts';
import { computeTargets } from '../src/features/targets.ts';
import { featureWindows } from '../src/features/windows.ts';
import type { Bar } from '../src/market/bar.ts';
import { canonicalBar } from '../src/market/canonical.ts';
import { fitRegressor } from '../src/models/booster/fit.ts';
import { predictReturns } from '../src/models/booster/predict.ts';
import { type Matrix, sliceRows } from '../src/models/matrix.ts';
import { Random } from '../src/models/random.ts';
import { type Split, walkForward } from '../src/models/walk-forward.ts';
import { TrainingPool } from '../src/pipeline/training-pool.ts';
import { sampleBars } from '../support/bars.ts';
import { closesOf, seriesKinds } from './data/series.ts';

const limit = 1.005;
const firstTrainingRows = 200;
const bars = 1259;
const textbook = { maxDepth: 3, learningRate: 0.05, minChildWeight: 1, rounds: 200 };

const draws = Number(process.argv[2] ?? 2);
const spec = trainingRunSpecSchema.parse({});
const pool = new TrainingPool();

/** Sums of squared errors over the test rows of one or more folds. */
interface Squares {
  mean: number;
  model: number;
  zero: number;
  textbook: number;
}

interface Row {
  readonly name: string;
  readonly predictable: string;
  readonly squares: Squares;
  /** Trees of the model of each fold. */
  readonly trees: number[];
}

const rows: Row[] = [await judge('AAPL 2013-2018', 'unknown', sampleBars().map(canonicalBar))];
printHeader();
print(rows[0]!);
for (const { name, predictable, returns } of seriesKinds) {
  for (let draw = 1; draw <= draws; draw++) {
    // No stream of these was looked at while the rule was found.
    const closes = closesOf(returns(bars - 1, new Random(draw, 2026)));
    rows.push(await judge(`${name} ${draw}`, predictable, barsOf(closes)));
    print(rows.at(-1)!);
  }
}
await pool.close();

const worst = Math.max(...rows.map(row => ratio(row.squares, 'model')));
console.log(
  `\nworst ratio of the model ${worst.toFixed(4)}, at most ${limit}: ${worst <= limit ? 'met' : 'MISSED'}`,
);
process.exitCode = worst <= limit ? 0 : 1;

async function judge(name: string, predictable: string, history: Bar[]): Promise<Row> {
  const windows = featureWindows(spec);
  const { firstBar, x } = computeFeatures(history, windows);
  const { returnNext } = computeTargets(
    Float64Array.from(history, bar => bar.close),
    windows,
  );
  const labelled = sliceRows(x, 0, x.rows - 1);
  const y = returnNext.slice(firstBar, -1);
  const { walkForwardFolds, embargoDays } = spec.validation;
  const squares: Squares = { mean: 0, model: 0, zero: 0, textbook: 0 };
  const trees: number[] = [];
  for (const split of walkForward(y.length, walkForwardFolds, embargoDays, firstTrainingRows)) {
    trees.push(await judgeFold(labelled, y, split, squares));
  }
  return { name, predictable, squares, trees };
}

/** Adds a fold's squared errors. Returns the number of the model's trees. */
async function judgeFold(x: Matrix, y: Float64Array, split: Split, squares: Squares): Promise<number> {
  const past = {
    rows: split.trainEnd,
    columns: x.columns,
    values: x.values.slice(0, split.trainEnd * x.columns),
  };
  const pastY = y.slice(0, split.trainEnd);
  const { folds, embargoDays } = spec.validation;
  const { booster, trainingMean } = await fitRegressor(
    past,
    pastY,
    { spec: spec.regressor, folds, embargo: embargoDays, seed: spec.seed },
    pool.runTask,
  );
  const tutorial = await pool.runTask('trainBooster', { x: past, y: pastY, parameters: textbook, seed: 1 });
  const test = sliceRows(x, split.testStart, split.testEnd);
  const predicted = predictReturns(booster, test);
  const byTutorial = predictReturns(tutorial, test);
  for (let row = 0; row < test.rows; row++) {
    const actual = y[split.testStart + row]!;
    squares.mean += (actual - trainingMean) ** 2;
    squares.model += (actual - predicted[row]!) ** 2;
    squares.zero += actual ** 2;
    squares.textbook += (actual - byTutorial[row]!) ** 2;
  }
  return booster.roots.length;
}

function barsOf(closes: Float64Array): Bar[] {
  return Array.from(closes, close => ({ date: '', open: close, high: close, low: close, close, volume: 1 }));
}

function ratio(squares: Squares, predictor: keyof Squares): number {
  return Math.sqrt(squares[predictor] / squares.mean);
}

function printHeader(): void {
  console.log(
    `${'series'.padEnd(22)}${'predictable'.padEnd(24)}${['model', 'zero', 'textbook'].map(name => name.padStart(10)).join('')}  trees in each fold`,
  );
}

function print({ name, predictable, squares, trees }: Row): void {
  const ratios = (['model', 'zero', 'textbook'] as const).map(predictor =>
    ratio(squares, predictor).toFixed(4).padStart(10),
  );
  console.log(`${name.padEnd(22)}${predictable.padEnd(24)}${ratios.join('')}  ${trees.join(' ')}`);
}
