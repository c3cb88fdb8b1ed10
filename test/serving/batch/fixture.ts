/** A model to predict with, and a server that does nothing but `/predict_batch`. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import type { ModelCard } from '../../../src/api/artifacts.ts';
import { riskLevel } from '../../../src/features/risk.ts';
import { FeatureStream } from '../../../src/features/stream.ts';
import type { Bar } from '../../../src/market/bar.ts';
import { canonicalBar } from '../../../src/market/canonical.ts';
import { type Booster, linkTrees } from '../../../src/models/booster/booster.ts';
import type { Forest } from '../../../src/models/forest/forest.ts';
import { trainTrees } from '../../../src/models/forest/training.ts';
import type { Matrix } from '../../../src/models/matrix.ts';
import { Random } from '../../../src/models/random.ts';
import { createMetrics, type ServerMetrics } from '../../../src/observability/metrics.ts';
import { type BatchOptions, createBatchHandler } from '../../../src/serving/batch/handler.ts';
import { inputDrifts } from '../../../src/serving/drift/input-drifts.ts';
import { asHttpError } from '../../../src/serving/errors.ts';
import { predictionRecorder } from '../../../src/serving/prediction-recorder.ts';
import { fromRows } from '../../../support/matrix.ts';
import { sampleRun } from '../../../support/sample-run.ts';

export interface BatchFixture {
  readonly name: string;
  readonly version: string;
  readonly card: ModelCard;
  readonly booster: Booster;
  readonly forest: Forest;
}

/** A real forest on the sample and a booster of random trees: predictions that differ from row to row. */
export function madeUpModel(trees: number, maxDepth = 4): BatchFixture {
  const { model: card, bars } = sampleRun();
  const { x } = featuresOf(card, bars);
  const labels = Uint8Array.from({ length: x.rows - 1 }, (_, row) =>
    riskLevel(x.values[(row + 1) * x.columns + 3]!, card.risk.thresholds),
  );
  const known = {
    rows: x.rows - 1,
    columns: x.columns,
    values: x.values.subarray(0, (x.rows - 1) * x.columns),
  };
  const options = {
    trees,
    maxDepth,
    minimumLeafRows: 3,
    featureFraction: 0.6,
    sampling: 'Stratified' as const,
    seed: 1,
  };
  const forest = trainTrees({ x: known, labels, options, from: 0, to: trees });
  return { name: 'aapl', version: '0123456789ab', card, booster: randomBooster(trees, x), forest };
}

/** Full trees of depth 3 with thresholds among the values of `x`. */
function randomBooster(trees: number, x: Matrix): Booster {
  const random = new Random(7);
  const pick = (below: number) => Math.floor(random.uniform() * below);
  const feature: number[] = [];
  const value: number[] = [];
  for (let tree = 0; tree < trees; tree++) {
    for (let node = 0; node < 15; node++) {
      const column = pick(x.columns);
      feature.push(node < 7 ? column : 0xffff);
      value.push(node < 7 ? x.values[pick(x.rows) * x.columns + column]! : (random.uniform() - 0.5) * 1e-4);
    }
  }
  return linkTrees(x.columns, 0.0006, Uint16Array.from(feature), Float32Array.from(value));
}

/** The Features stage's own numbers: canonical bars through the stream. `ready` is the first bar with features. */
export function featuresOf(card: ModelCard, bars: readonly Bar[]): { x: Matrix; ready: number } {
  const stream = new FeatureStream(card.windows);
  const rows: Float64Array[] = [];
  for (const bar of bars) {
    const row = new Float64Array(stream.columns);
    if (stream.push(canonicalBar(bar), row)) rows.push(row);
  }
  return { x: fromRows(rows, stream.columns), ready: bars.length - rows.length };
}

export interface BatchServer {
  readonly url: string;
  readonly port: number;
  readonly server: Server;
  readonly metrics: ServerMetrics;
  /** What `handle` has thrown, oldest first. */
  readonly failures: unknown[];
  /** Uploads that `handle` has ended with. */
  readonly ended: () => number;
  close(): Promise<void>;
}

export const testConfig: BatchOptions['config'] = {
  uploadLimitBytes: 2 ** 40,
  uploadDecompressedLimitBytes: 2 ** 40,
  uploadSparseLimitBytes: 2 ** 24,
  uploadIdleSeconds: 20,
  uploadMinimumRate: 1,
  uploadRowSeconds: 20,
  uploadSeconds: 3600,
  batchWorkers: 2,
  batchConcurrency: 4,
};

export async function startBatchServer(
  model: BatchFixture,
  config: Partial<BatchOptions['config']> = {},
): Promise<BatchServer> {
  const metrics = createMetrics(false);
  const features = model.card.features.map(feature => feature.name);
  const recorder = predictionRecorder(metrics, { ...model, features }, inputDrifts(features));
  const handler = createBatchHandler({ model, config: { ...testConfig, ...config }, metrics, recorder });
  const failures: unknown[] = [];
  let ended = 0;
  const app = new Koa({});
  app.silent = true;
  app.use(async context => {
    if (context.path === '/health') {
      context.body = { status: 'ok' };
      return;
    }
    try {
      await handler.handle(context);
    } catch (error) {
      failures.push(error);
      const answer = asHttpError(error);
      context.status = answer.status;
      context.body = answer.body;
    } finally {
      ended += 1;
    }
  });
  const server = createServer({ requestTimeout: 0 }, app.callback());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/predict_batch`,
    port,
    server,
    metrics,
    failures,
    ended: () => ended,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await handler.close();
    },
  };
}
