/**
 * Coverage of the 95 % intervals of live truth by the number of days: how often they miss the known true difference. The
 * nominal rate is 5 %; small samples miss more often.
 *
 *     node bench/live-intervals.ts [series of each kind, default 300]
 */
import { Random } from '../src/models/random.ts';
import { bootstrapMean } from '../src/models/statistics/block-bootstrap.ts';
import { hits, squaredErrors } from './data/differences.ts';
import { table } from './lib/figures.ts';

const count = Number(process.argv[2] ?? 300);
const lengths = [20, 30, 60, 250];

interface Kind {
  readonly name: string;
  readonly truth: number;
  readonly differences: (days: number, random: Random) => Float64Array;
}

const accuracy = (disagreement: number, truth: number): Kind => ({
  name: `accuracy, ${100 * disagreement} % of days differ, true difference ${truth}`,
  truth,
  differences: (days, random) => hits(days, disagreement, truth, random),
});

const kinds: Kind[] = [
  { name: 'squared error, true difference 0', truth: 0, differences: squaredErrors },
  accuracy(0.15, 0),
  accuracy(0.15, -0.05),
  accuracy(0.08, -0.04),
];

const share = (part: number) => `${((100 * part) / count).toFixed(1)} %`;
const rows = kinds.map(({ name, truth, differences }) => [
  name,
  ...lengths.map(days => {
    let missed = 0;
    let flat = 0;
    for (let seed = 1; seed <= count; seed++) {
      const { lower, upper } = bootstrapMean(differences(days, new Random(seed, 97)), 1);
      if (lower > truth || upper < truth) missed += 1;
      if (lower === upper) flat += 1;
    }
    return flat === 0 ? share(missed) : `${share(missed)} (no width: ${share(flat)})`;
  }),
]);
console.log(`${count} series of each kind; share of intervals that miss the truth`);
console.log(table([['difference in', ...lengths.map(days => `${days} days`)], ...rows]));
