/**
 * How often the alerts on live truth fire by chance alone: for a model that is exactly as good as what it is compared
 * with, looked at every day for two years, over the last 60 and 250 scored days as the alerts do.
 *
 *     node bench/live-alarms.ts [models of each kind, default 20]
 *
 * Of a single look, 2.5 % would be right: the intervals are of 95 %, and the alerts look at one end of them.
 */
import { Random } from '../src/models/random.ts';
import { bootstrapMean, type Interval } from '../src/models/statistics/block-bootstrap.ts';
import { seriesKinds } from './data/series.ts';

const models = Number(process.argv[2] ?? 20);
const year = 250;
const firstDay = 30;
/** Days on which a forest and persistence are not both right or both wrong: as on the sample's holdout. */
const disagreement = 0.15;

interface Kind {
  readonly name: string;
  /** Differences of a day, model less the other, whose true mean is zero. */
  readonly differences: (random: Random) => Float64Array;
  readonly alarms: (interval: Interval) => boolean;
}

const volatile = seriesKinds.find(({ name }) => name === 'GARCH')!;

/**
 * With a forecast s away from the mean and a shock e that it does not foresee, the squared errors differ by −2se, if the
 * return's true mean lies halfway. Forecasts move slowly, as features do.
 */
function squaredErrors(random: Random): Float64Array {
  const shocks = volatile.returns(2 * year, random);
  let forecast = 0;
  return shocks.map(shock => {
    forecast = 0.9 * forecast + 0.1 * (random.uniform() - 0.5);
    return -2 * forecast * shock;
  });
}

function hits(random: Random): Float64Array {
  return Float64Array.from({ length: 2 * year }, () => {
    if (random.uniform() >= disagreement) return 0;
    return random.uniform() < 0.5 ? 1 : -1;
  });
}

const kinds: Kind[] = [
  { name: 'return worse than mean', differences: squaredErrors, alarms: ({ lower }) => lower > 0 },
  { name: 'risk worse than persistence', differences: hits, alarms: ({ upper }) => upper < 0 },
];
/** As the alerts have them: of 250 days only where they are more than 60. */
const windows = [
  { days: 60, from: firstDay },
  { days: 250, from: 61 },
];

console.log(`${models} models of each kind; share of looks, and of years with an alarm`);
console.log('alert                         window   looks   first year   second year');
for (const { name, differences, alarms } of kinds) {
  for (const { days, from } of windows) {
    let looks = 0;
    let fired = 0;
    const years = [0, 0];
    for (let model = 1; model <= models; model++) {
      const series = differences(new Random(model, 2027));
      const firedIn = [false, false];
      for (let day = from; day <= series.length; day++) {
        const fires = alarms(bootstrapMean(series.subarray(Math.max(0, day - days), day), 1));
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
