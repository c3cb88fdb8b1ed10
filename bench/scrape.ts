/**
 * The cost of a scrape in an operator with many Models: the time of the answer, and the longest time for which it blocks
 * the event loop. Without a cluster: the figures are synthetic, as many as a Model can have.
 *
 *     node bench/scrape.ts [rounds]
 */
import { createOperatorMetrics } from '../src/observability/operator/metrics.ts';
import type {
  Interval,
  LiveWindowFigures,
  ModelFigures,
  QualityFigures,
} from '../src/observability/operator/model-figures.ts';
import { median, table } from './lib/figures.ts';

const rounds = Number(process.argv[2] ?? 15);
const sizes = [0, 100, 1000];

const random = () => Math.random() / 10;

const quality = (set: QualityFigures['set']): QualityFigures => ({
  set,
  rmse: random(),
  meanRmse: random(),
  rmseRatio: random(),
  accuracy: random(),
  persistenceAccuracy: random(),
  knownPartAccuracy: random(),
});

const interval = (): Interval => ({ estimate: random(), lower: random(), upper: random() });

const live = (window: number): LiveWindowFigures => ({
  window,
  days: window,
  rmse: random(),
  meanRmse: random(),
  rmseRatio: random(),
  hitRate: random(),
  meanHitRate: random(),
  accuracy: random(),
  persistenceAccuracy: random(),
  knownPartAccuracy: random(),
  lossDifference: interval(),
  accuracyDifference: interval(),
  returnVerdict: 0,
  riskVerdict: 1,
});

const model = (_: unknown, index: number): ModelFigures => ({
  owner: { namespace: `team-${index % 10}`, model: `model-${index}` },
  ready: true,
  stalled: null,
  desiredReplicas: 2,
  readyReplicas: 2,
  runs: { Pending: 0, Running: 1, Suspended: 0, Complete: 5, Failed: 1 },
  lastRunFailed: false,
  lastSuccessfulRun: 1_700_000_000,
  nextRun: 1_700_000_200,
  lastProgress: 1_700_000_100,
  champion: {
    version: '0123456789ab',
    symbol: 'AAPL',
    promotedAt: 1_700_000_100,
    barsTo: 1_699_900_000,
    quality: [quality('holdout'), quality('walk_forward')],
    damage: null,
  },
  live: { lastDay: 1_699_000_000, windows: [live(20), live(60), live(250)] },
  scoreFailures: 0,
});

interface Cost {
  readonly whole: number;
  /** The longest time for which the event loop was blocked. */
  readonly held: number;
  readonly characters: number;
}

async function costOf(scrape: () => Promise<string>): Promise<Cost> {
  let held = 0;
  let last = performance.now();
  let asking = true;
  const ask = () => {
    const now = performance.now();
    held = Math.max(held, now - last);
    last = now;
    if (asking) setImmediate(ask);
  };
  setImmediate(ask);
  const start = performance.now();
  const { length } = await scrape();
  const whole = performance.now() - start;
  asking = false;
  await new Promise(resolve => setImmediate(resolve));
  return { whole, held, characters: length };
}

const rows: (string | number)[][] = [['Models', 'whole scrape', 'longest hold', 'MB of text']];
for (const size of sizes) {
  const models = Array.from({ length: size }, model);
  const state = {
    models: () => models,
    watches: () => [],
    lostNamespaces: () => new Map(),
    underWay: () => [],
  };
  const { scrape } = createOperatorMetrics({ concurrency: 4, version: '1.0.0', state });
  const costs: Cost[] = [];
  for (let i = 0; i < rounds; i++) costs.push(await costOf(scrape));
  const of = (figure: (cost: Cost) => number) => median(costs.map(figure));
  rows.push([
    size,
    `${of(cost => cost.whole).toFixed(1)} ms`,
    `${of(cost => cost.held).toFixed(1)} ms`,
    (of(cost => cost.characters) / 1e6).toFixed(2),
  ]);
}
console.log(table(rows));
