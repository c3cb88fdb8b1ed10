/**
 * False alarms of the alerts on live truth: how often they fire for a model that is exactly as good as its reference,
 * evaluated daily for two years over the last 60 and 250 scored days, as the alerts do. They fire when interval and test
 * give "worse".
 *
 *     node bench/live-alarms.ts [models of each kind, default 20]
 */
import { Random } from '../src/models/random.ts';
import { bootstrapMean } from '../src/models/statistics/block-bootstrap.ts';
import { dieboldMariano } from '../src/models/statistics/diebold-mariano.ts';
import { signTest } from '../src/models/statistics/mcnemar.ts';
import { outcomeOf } from '../src/pipeline/evaluate/verdict.ts';
import { fewestForTests } from '../src/pipeline/score/rolling-windows.ts';
import { hits, squaredErrors } from './data/differences.ts';

const models = Number(process.argv[2] ?? 20);
const year = 250;
/** Days on which a forest and persistence are not both right or both wrong: as on the sample's holdout. */
const disagreement = 0.15;

interface Kind {
  readonly name: string;
  /** Differences of each day, model less the other, whose true mean is zero. */
  readonly differences: (random: Random) => Float64Array;
  readonly isWorse: (window: Float64Array) => boolean;
}

const kinds: Kind[] = [
  {
    name: 'return worse than mean',
    differences: random => squaredErrors(2 * year, random),
    isWorse: window => {
      const { pValue } = dieboldMariano(window, new Float64Array(window.length));
      return outcomeOf(bootstrapMean(window, 1), pValue, 'Lower') === 'Worse';
    },
  },
  {
    name: 'risk worse than persistence',
    differences: random => hits(2 * year, disagreement, 0, random),
    isWorse: window => {
      const count = (value: number) => window.filter(difference => difference === value).length;
      return outcomeOf(bootstrapMean(window, 1), signTest(count(1), count(-1)), 'Higher') === 'Worse';
    },
  },
];
/** As status and alerts have them: of 250 days only where they are more than 60. */
const windows = [
  { days: 60, from: fewestForTests },
  { days: 250, from: 61 },
];

console.log(`${models} models of each kind; share of looks, and of years with an alarm`);
console.log('alert                         window   looks   first year   second year');
for (const { name, differences, isWorse } of kinds) {
  for (const { days, from } of windows) {
    let looks = 0;
    let fired = 0;
    const years = [0, 0];
    for (let model = 1; model <= models; model++) {
      const series = differences(new Random(model, 2027));
      const firedIn = [false, false];
      for (let day = from; day <= series.length; day++) {
        const fires = isWorse(series.subarray(Math.max(0, day - days), day));
        looks += 1;
        if (!fires) continue;
        fired += 1;
        firedIn[day <= year ? 0 : 1] = true;
      }
      firedIn.forEach((yes, at) => {
        if (yes) years[at]! += 1;
      });
    }
    const [look, first, second] = [fired / looks, ...years.map(count => count / models)].map(
      share => `${(100 * share!).toFixed(share! < 0.1 ? 1 : 0)} %`,
    );
    console.log(
      `${name.padEnd(29)} ${String(days).padStart(6)} ${look!.padStart(7)} ${first!.padStart(12)} ${second!.padStart(13)}`,
    );
  }
}
