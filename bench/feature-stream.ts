/**
 * The speed of the feature stream: all features bar by bar, compared with its parts alone and with the library's averages,
 * which it does not use, on the same synthetic bars in the same process.
 *
 *     node bench/feature-stream.ts [bars]
 */
import { SMA } from 'technicalindicators';
import { MovingAverage } from '../src/features/moving-average.ts';
import { RecentReturns } from '../src/features/recent-returns.ts';
import { RelativeStrength } from '../src/features/relative-strength.ts';
import { FeatureStream } from '../src/features/stream.ts';
import { Random } from '../src/models/random.ts';

const count = Number(process.argv[2] ?? 1_000_000);
const rounds = 3;
const windows = { shortWindow: 10, longWindow: 50, rsiPeriod: 14, volatilityWindow: 10, horizonDays: 1 };

const random = new Random(1);
const closes = new Float64Array(count);
for (let i = 0, price = 100; i < count; i++) {
  price = Math.min(1e4, Math.max(1, price * (1 + (random.uint32() / 2 ** 32 - 0.5) * 0.04)));
  closes[i] = Math.round(price * 100) / 100;
}

const contestants: Record<string, () => void> = {
  'feature stream': () => {
    const stream = new FeatureStream(windows);
    const out = new Float64Array(stream.columns);
    const bar = { open: 1, high: 1, low: 1, close: 1, volume: 1 };
    for (const close of closes) {
      bar.close = close;
      stream.push(bar, out);
    }
  },
  'two averages': () => {
    const averages = [new MovingAverage(windows.shortWindow), new MovingAverage(windows.longWindow)] as const;
    for (const close of closes) {
      averages[0].push(close);
      averages[1].push(close);
    }
  },
  'RSI (the library)': () => {
    const strength = new RelativeStrength(windows.rsiPeriod);
    for (const close of closes) strength.push(close);
  },
  'two deviations': () => {
    const returns = new RecentReturns(windows.volatilityWindow);
    let before = closes[0]!;
    for (const close of closes) {
      returns.push(close / before - 1);
      before = close;
      returns.deviation(windows.volatilityWindow);
      returns.deviation(windows.volatilityWindow - windows.horizonDays);
    }
  },
  "the library's averages": () => {
    const short = new SMA({ period: windows.shortWindow, values: [] });
    const long = new SMA({ period: windows.longWindow, values: [] });
    for (const close of closes) {
      short.nextValue(close);
      long.nextValue(close);
    }
  },
};

/** Processor time, so that other work on the machine does not count; the best of the rounds. */
const best = new Map<string, number>();
for (let round = 0; round < rounds; round++) {
  for (const [name, run] of Object.entries(contestants)) {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / 1000));
  }
}
const whole = best.get('feature stream')!;
console.log(`${count} bars`);
for (const [name, milliseconds] of best) {
  const share = `${((100 * milliseconds) / whole).toFixed(0)} %`;
  console.log(`${name.padEnd(24)}${milliseconds.toFixed(0).padStart(6)} ms${share.padStart(8)}`);
}
