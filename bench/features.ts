/**
 * The value of each feature: walk-forward on the sample, inside the training window of a default run (the holdout is
 * never touched), without each feature of the catalogue and with each candidate that is not in it.
 *
 *     node bench/features.ts          (about a minute on two cores)
 *
 * Risk: share of days whose class the forest gets right, once with trees that see some of the features and once with
 * trees that see all. Return: the booster's mean squared error as a percentage of the mean predictor's. Differences are against the
 * catalogue as it is, on the same days, with standard errors over blocks of as many days as the volatility window.
 */
import { trainingRunSpecSchema } from '../src/api/training-run.ts';
import { featureCatalogue } from '../src/features/catalogue.ts';
import { computeColumns } from '../src/features/columns.ts';
import { riskLevel, riskThresholds } from '../src/features/risk.ts';
import { featureWindows, knownWindow } from '../src/features/windows.ts';
import { predictReturns } from '../src/models/booster/predict.ts';
import { predictRisk } from '../src/models/forest/predict.ts';
import { trainForest } from '../src/models/forest/train-forest.ts';
import { type Matrix, sliceRows } from '../src/models/matrix.ts';
import { holdout, walkForward } from '../src/models/walk-forward.ts';
import { TrainingPool } from '../src/pipeline/training-pool.ts';
import { sampleBars } from '../support/bars.ts';
import { fromRows } from '../support/matrix.ts';
import { featureCandidates } from './data/feature-candidates.ts';

const forestOptions = { trees: 100, maxDepth: 6, minimumLeafRows: 3, sampling: 'Bootstrap' } as const;
const boosterParameters = { maxDepth: 2, learningRate: 0.02, minChildWeight: 20, rounds: 100 };
const featureFractions = { some: 0.6, all: 1 };
const seeds = [1, 2, 3];
const firstTrainingRows = 250;

const spec = trainingRunSpecSchema.parse({});
const windows = featureWindows(spec);
const catalogue = featureCatalogue(windows).map(({ name }) => name);
const bars = sampleBars();
const firstBar = Math.max(...featureCatalogue(windows).map(({ lookback }) => lookback)) - 1;
const split = holdout(
  bars.length - firstBar - windows.horizonDays,
  spec.validation.testFraction,
  spec.validation.embargoDays,
);
const rows = split.trainEnd;
const folds = walkForward(rows, spec.validation.folds, spec.validation.embargoDays, firstTrainingRows);

const series = new Map(
  computeColumns(bars, windows).map(({ name, values }) => [
    name,
    Array.from(values.subarray(firstBar, firstBar + rows)),
  ]),
);
const candidates = featureCandidates(bars, {
  window: windows.volatilityWindow,
  known: knownWindow(windows),
});
for (const [name, value] of Object.entries(candidates)) {
  series.set(
    name,
    Array.from({ length: rows }, (_, row) => value(firstBar + row)),
  );
}
const volatility = Float64Array.from(series.get('volatility_ahead')!);
const returns = Float64Array.from(series.get('return_next')!);
const thresholds = riskThresholds(volatility, spec.risk.lowQuantile, spec.risk.highQuantile);
const labels = Uint8Array.from(volatility, value => riskLevel(value, thresholds));

const pool = new TrainingPool();

/** For each day under test: share of seeds whose forest is right. */
async function rightDays(x: Matrix, featureFraction: number): Promise<number[]> {
  const perFold = folds.map(async ({ trainEnd, testStart, testEnd }) => {
    const levels = await Promise.all(
      seeds.map(async seed => {
        const options = { ...forestOptions, featureFraction, seed };
        const training = sliceRows(x, 0, trainEnd);
        const forest = await trainForest(training, labels.subarray(0, trainEnd), options, pool.runTask);
        return predictRisk(forest, sliceRows(x, testStart, testEnd)).levels;
      }),
    );
    return Array.from(labels.subarray(testStart, testEnd), (label, day) =>
      mean(levels.map(each => Number(each[day] === label))),
    );
  });
  return (await Promise.all(perFold)).flat();
}

/** For each day under test: the squared error, over the mean predictor's mean squared error of all days. */
async function squaredErrors(x: Matrix): Promise<number[]> {
  const perFold = folds.map(async ({ trainEnd, testStart, testEnd }) => {
    const booster = await pool.runTask('trainBooster', {
      x: { ...sliceRows(x, 0, trainEnd), values: x.values.slice(0, trainEnd * x.columns) },
      y: returns.slice(0, trainEnd),
      parameters: boosterParameters,
      seed: 1,
    });
    const predicted = predictReturns(booster, sliceRows(x, testStart, testEnd));
    const average = mean(Array.from(returns.subarray(0, trainEnd)));
    return Array.from(returns.subarray(testStart, testEnd), (actual, day) => ({
      model: (actual - predicted[day]!) ** 2,
      mean: (actual - average) ** 2,
    }));
  });
  const days = (await Promise.all(perFold)).flat();
  const scale = mean(days.map(day => day.mean));
  return days.map(day => day.model / scale);
}

interface Score {
  readonly withSome: number[];
  readonly withAll: number[];
  readonly errors: number[];
}

async function score(features: readonly string[]): Promise<Score> {
  const columns = features.map(name => series.get(name)!);
  const x = fromRows(Array.from({ length: rows }, (_, row) => columns.map(column => column[row]!)));
  const [withSome, withAll, errors] = await Promise.all([
    rightDays(x, featureFractions.some),
    rightDays(x, featureFractions.all),
    squaredErrors(x),
  ]);
  return { withSome, withAll, errors };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the mean, over blocks of days, since neighbouring labels share most of their window. */
function standardError(values: readonly number[]): number {
  const block = windows.volatilityWindow;
  const means = Array.from({ length: Math.floor(values.length / block) }, (_, i) =>
    mean(values.slice(i * block, (i + 1) * block)),
  );
  const average = mean(means);
  return Math.sqrt(mean(means.map(each => (each - average) ** 2)) / (means.length - 1));
}

function difference(values: readonly number[], reference: readonly number[]): string {
  const differences = values.map((value, day) => value - reference[day]!);
  const percent = (value: number) => (100 * value).toFixed(2);
  return `${percent(mean(differences)).padStart(6)} ± ${percent(standardError(differences))}`;
}

const share = (values: readonly number[]) => `${(100 * mean(values)).toFixed(2)} %`;
const line = (...cells: string[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(28) : cell.padStart(22))).join(''));

const reference = await score(catalogue);
const knownPart = folds.flatMap(({ testStart, testEnd }) =>
  series
    .get('volatility_known')!
    .slice(testStart, testEnd)
    .map((value, day) => Number(riskLevel(value, thresholds) === labels[testStart + day])),
);
console.log(
  `${reference.errors.length} days, ${folds.length} folds, ${seeds.length} forests of ${forestOptions.trees} trees each`,
);
console.log(`known-part rule: ${share(knownPart)} right`);
line('', `risk, ${featureFractions.some} of features`, 'risk, all features', 'return');
line('catalogue', share(reference.withSome), share(reference.withAll), share(reference.errors));
const report = async (name: string, features: readonly string[]) => {
  const { withSome, withAll, errors } = await score(features);
  line(
    name,
    difference(withSome, reference.withSome),
    difference(withAll, reference.withAll),
    difference(errors, reference.errors),
  );
};
for (const name of catalogue)
  await report(
    `without ${name}`,
    catalogue.filter(other => other !== name),
  );
for (const name of Object.keys(candidates)) await report(`with ${name}`, [...catalogue, name]);
await pool.close();
