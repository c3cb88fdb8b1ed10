/**
 * The cost of metrics: `/predict` with a scrape every second compared with none, and the predictor with metrics and drift
 * compared with one that records nothing. Both sides alternate, so that other load on the machine affects both.
 *
 *     node bench/metrics.ts [rounds] [seconds]
 */
import { fileURLToPath } from 'node:url';
import type { Matrix } from '../src/models/matrix.ts';
import { Random } from '../src/models/random.ts';
import { createMetrics } from '../src/observability/metrics.ts';
import { windowRows } from '../src/serving/drift/input-drift.ts';
import { inputDrifts } from '../src/serving/drift/input-drifts.ts';
import { type LoadedModel, loadModel } from '../src/serving/model.ts';
import { createPredictor, type Predictor } from '../src/serving/predict/predictor.ts';
import { predictionRecorder } from '../src/serving/prediction-recorder.ts';
import { fromRows } from '../support/matrix.ts';
import { modelFolder } from '../support/model-folder.ts';
import { median } from './lib/figures.ts';
import { type Child, startChild } from './servers/child.ts';
import { connections, exampleBody, load } from './servers/load.ts';

const [rounds = 7, seconds = 3] = process.argv.slice(2).map(Number);
const port = 18_744;
const scrapeMilliseconds = 1000;
const calls = 20_000;

const { folder, remove } = await modelFolder({ trees: 200, rounds: 100 });
try {
  await compareThroughput();
  compareCalls(await loadModel(folder));
} finally {
  await remove();
}

async function compareThroughput(): Promise<void> {
  const program = fileURLToPath(new URL('../cmd/server.ts', import.meta.url));
  const child = await startChild(port, [program, '--model-dir', folder, '--port', String(port)]);
  try {
    const body = exampleBody(folder);
    await load(child, body, 2);
    const ratios: number[] = [];
    for (let round = 1; round <= rounds; round++) {
      const alone = await load(child, body, seconds);
      const scraper = setInterval(() => void scrape(child), scrapeMilliseconds);
      const watched = await load(child, body, seconds);
      clearInterval(scraper);
      ratios.push(watched.perSecond / alone.perSecond);
      console.log(
        `round ${round}: alone ${alone.perSecond.toFixed(0)}/s p99 ${alone.p99} ms, ` +
          `scraped ${watched.perSecond.toFixed(0)}/s p99 ${watched.p99} ms, ratio ${ratios.at(-1)!.toFixed(3)}`,
      );
    }
    const scrapes: number[] = [];
    for (let i = 0; i < 100; i++) scrapes.push(await scrape(child));
    console.log(`\n/predict, ${connections} connections, a scrape every second`);
    console.log(`  throughput, scraped / alone        ${median(ratios).toFixed(3)} (median of ${rounds})`);
    console.log(`  a scrape, on a server at rest      ${median(scrapes).toFixed(1)} ms`);
  } finally {
    await child.stop();
  }
}

/** Scrapes once and returns the milliseconds it took. */
async function scrape({ url }: Child): Promise<number> {
  const start = performance.now();
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  if (!text.includes('bellwether_predictions_total')) throw new Error(`no metrics: ${text}`);
  return performance.now() - start;
}

/** Each row differs from the previous `windowRows` rows: the worst case for the cost of the drift window. */
function compareCalls(model: LoadedModel): void {
  const rows = someRows(4 * windowRows, model.features.length);
  const bodies = Array.from({ length: rows.rows }, (_, row) =>
    Buffer.from(
      JSON.stringify(
        Object.fromEntries(model.features.map((name, i) => [name, rows.values[row * rows.columns + i]])),
      ),
    ),
  );
  const drift = inputDrifts(model.features);
  drift.requests.compareWith(rows);
  const recording = createPredictor(model, predictionRecorder(createMetrics(false), model, drift));
  const baseline = createPredictor(model, { row: () => {}, counts: () => {}, inputs: () => {} });
  const pairs = Array.from({ length: 2 * rounds + 1 }, () => ({
    recording: timeOf(recording, bodies),
    baseline: timeOf(baseline, bodies),
  }));
  // The first pair is a warm-up, in which V8 compiles both, and is dropped.
  const measured = pairs.slice(1);
  const ratio = median(measured.map(pair => pair.recording / pair.baseline));
  console.log('\none call of the predictor, on its own');
  console.log(
    `  recording nothing                  ${median(measured.map(pair => pair.baseline)).toFixed(2)} µs`,
  );
  console.log(
    `  with metrics and drift             ${median(measured.map(pair => pair.recording)).toFixed(2)} µs`,
  );
  console.log(`  ratio                              ${ratio.toFixed(3)} (median of ${measured.length})`);
}

/** Microseconds a call. */
function timeOf(predict: Predictor, bodies: readonly Buffer[]): number {
  const start = performance.now();
  for (let i = 0; i < calls; i++) predict(bodies[i % bodies.length]!);
  return ((performance.now() - start) * 1000) / calls;
}

/** Values that are within the bounds of every feature. */
function someRows(rows: number, columns: number): Matrix {
  const random = new Random(1);
  return fromRows(
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.uniform() / 10)),
  );
}
