/**
 * The servers that `bench/batch.ts` measures, each in a process of its own, which holds nothing else: given the
 * model by its parent, it answers with its URL.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';
import { predictReturn } from '../src/models/booster/predict.ts';
import { voteRisk } from '../src/models/forest/vote.ts';
import { createMetrics, riskNames } from '../src/observability/metrics.ts';
import { type BatchOptions, createBatchHandler } from '../src/serving/batch/index.ts';

export type BatchServerKind = 'streaming' | 'naive';

type Listener = (incoming: IncomingMessage, response: ServerResponse) => unknown;
type Model = BatchOptions['model'];

process.once('disconnect', () => process.exit());
const model = await new Promise<Model>(resolve => process.once('message', value => resolve(value as Model)));
const listener = process.argv[2] === 'streaming' ? streaming(model) : naive(model);
const server = createServer((incoming, response) => {
  if (incoming.url === '/health') response.end('{"status":"ok"}');
  else listener(incoming, response);
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);

function streaming(model: Model): Listener {
  const { handle } = createBatchHandler({
    model,
    config: { uploadLimitBytes: 2 ** 40, uploadIdleSeconds: 30, batchWorkers: 2, batchConcurrency: 4 },
    metrics: createMetrics(),
  });
  const app = new Koa();
  app.use(handle);
  return app.callback();
}

/** Reads all, splits, predicts row by row, stringifies. Knows no bars and looks for no errors. */
function naive(model: Model): Listener {
  return async (incoming, response) => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const [, ...lines] = Buffer.concat(chunks).toString('utf8').trim().split('\n');
    const predictions = lines.map(line => predictNaively(model, line.split(',').map(Number)));
    response.end(JSON.stringify({ predictions, summary: { rows: predictions.length } }));
  };
}

function predictNaively({ booster, forest }: Model, row: number[]) {
  const values = Float64Array.from(row);
  const shares = new Float64Array(3);
  const level = voteRisk(forest, values, 0, shares);
  return {
    predicted_return: predictReturn(booster, values, 0),
    risk_level: level,
    risk: riskNames[level],
    probabilities: { low: shares[0], medium: shares[1], high: shares[2] },
  };
}
