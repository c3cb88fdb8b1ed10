/**
 * The population stability index of inputs with and without known drift, on the AAPL sample: training rows drawn at
 * random, consecutive training days, the days after training, and days with a volatility in percent instead of a
 * fraction. The threshold of an alert must be above the values of the first two.
 *
 *     node bench/drift.ts
 */
import { featureCatalogue } from '../src/features/catalogue.ts';
import type { Matrix } from '../src/models/matrix.ts';
import { Random } from '../src/models/random.ts';
import { InputDrift } from '../src/serving/drift/input-drift.ts';
import { riskSample } from '../support/risk-sample.ts';
import { quantile, table } from './lib/figures.ts';

const draws = 200;
/** Days from one stretch to the next. */
const step = 5;
const windows = { shortWindow: 10, longWindow: 50, rsiPeriod: 14, volatilityWindow: 10, horizonDays: 1 };
const features = featureCatalogue(windows).map(feature => feature.name);
const volatility = features.indexOf('volatility_10');
const random = new Random(1);
const { train, test } = riskSample();

const percent = { ...train.x, values: train.x.values.slice() };
for (let row = 0; row < percent.rows; row++) percent.values[row * percent.columns + volatility]! *= 100;

const rows = [100, 250, 500].flatMap(size => [
  line(`${size} training rows at random`, drawn(train.x, size)),
  line(`${size} training days in a row`, stretches(train.x, size)),
  line(`${size} days in a row, ${features[volatility]} in percent`, stretches(percent, size), [volatility]),
]);
const after = line(`the ${test.x.rows} days after training`, [indices(test.x, range(0, test.x.rows))]);
console.log(table([['rows asked', 'median', '95 % below', 'most'], ...rows, after]));

/** Of all these features and samples. */
function line(name: string, samples: readonly number[][], only = [...features.keys()]): string[] {
  const values = samples.flatMap(sample => only.map(index => sample[index]!));
  return [name, ...[0.5, 0.95, 1].map(share => quantile(values, share).toFixed(2))];
}

function drawn(x: Matrix, size: number): number[][] {
  return Array.from({ length: draws }, () => {
    const all = range(0, x.rows);
    for (let i = 0; i < size; i++) {
      const other = i + random.below(x.rows - i);
      [all[i], all[other]] = [all[other]!, all[i]!];
    }
    return indices(x, all.slice(0, size));
  });
}

function stretches(x: Matrix, size: number): number[][] {
  const starts = range(0, x.rows - size + 1).filter(start => start % step === 0);
  return starts.map(start => indices(x, range(start, start + size)));
}

/** One index a feature. */
function indices({ columns, values }: Matrix, asked: readonly number[]): number[] {
  const drift = new InputDrift(features);
  drift.compareWith(train.x);
  for (const row of asked) drift.take(values, row * columns);
  return drift.indices().map(({ psi }) => psi);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
