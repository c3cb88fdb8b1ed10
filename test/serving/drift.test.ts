import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { completeServerOptions } from '../../src/config.ts';
import { type Matrix, rowOf, sliceRows } from '../../src/models/matrix.ts';
import { createLogger } from '../../src/observability/log.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { readDataset } from '../../src/pipeline/dataset.ts';
import { compareWithTraining } from '../../src/serving/drift/training-rows.ts';
import { serveModel } from '../../src/serving/load.ts';
import { loadModel } from '../../src/serving/model.ts';
import { ServerState } from '../../src/serving/state.ts';
import { indicators, MemorySink, seriesValue, serve, sharedModelFolder, type TestServer } from './harness.ts';

const names = Object.keys(indicators);
const volatility = names.indexOf('volatility_10');

describe('drift of the inputs', () => {
  let server: TestServer;
  let training: number[][];
  before(async () => {
    const { stages } = await loadModel(await sharedModelFolder());
    const { x, description } = await readDataset({ input: (stage, file) => stages[stage].read(file) });
    training = rowsOf(sliceRows(x, description.training.fromRow, description.training.toRow));
  });
  beforeEach(async () => {
    server = await serve();
    // The training rows are read when the server has been ready for a while.
    while ((await figures()).training === 0) await sleep(20);
  });
  afterEach(() => server.close());

  const rowsOf = (x: Matrix) => Array.from({ length: x.rows }, (_, row) => [...rowOf(x, row)]);

  async function figures(via: 'requests' | 'uploads' = 'requests') {
    const { text } = await server.request('/metrics');
    const of = (name: string) => seriesValue(text, `bellwether_input_${name}{via="${via}"}`);
    return {
      rows: of('window_rows'),
      limit: of('window_rows_limit'),
      training: of('training_rows'),
      psi: names.map(name => seriesValue(text, `bellwether_input_psi{feature="${name}",via="${via}"}`)),
    };
  }

  const predict = async (row: readonly number[]) => {
    const fields = Object.fromEntries(names.map((name, i) => [name, row[i]]));
    assert.equal((await server.post('/predict', fields)).status, 200);
  };
  const infer = async (rows: readonly (readonly number[])[]) => {
    const inputs = [{ name: 'features', datatype: 'FP64', shape: [rows.length, names.length], data: rows }];
    assert.equal((await server.post('/v2/models/aapl/infer', { inputs })).status, 200);
  };
  const upload = async (rows: readonly (readonly number[])[]) => {
    const csv = `${names.join()}\n${rows.map(row => `${row.join()}\n`).join('')}`;
    const answer = await server.post('/predict_batch', csv, { 'content-type': 'text/csv' });
    assert.equal(answer.json.summary?.predicted, rows.length);
  };
  const moved = (rows: readonly number[][]) => rows.map(row => row.with(volatility, row[volatility]! * 100));

  it('is small for the training rows and large for the one shifted feature', async () => {
    await infer(training);
    const same = await figures();
    assert.deepEqual([same.rows, same.limit, same.training], [training.length, 1024, training.length]);
    assert.deepEqual(
      same.psi,
      names.map(() => 0),
    );

    // As if a client sent percent instead of a fraction.
    await infer(moved(training));
    await infer(moved(training).map(row => row.with(volatility, row[volatility]! + 1e-9)));
    const { psi, rows } = await figures();
    assert.equal(rows, 1024);
    names.forEach((name, i) => {
      if (i === volatility) assert.ok(psi[i]! > 3, `${name}: ${psi[i]}`);
      else assert.ok(psi[i]! < 0.05, `${name}: ${psi[i]}`);
    });
  });

  it('counts a repeated row once, on every endpoint', async () => {
    const row = training[0]!;
    for (let i = 0; i < 20; i++) await predict(row);
    await infer(Array.from({ length: 500 }, () => row));
    await upload(Array.from({ length: 5000 }, () => row));
    const { rows, psi } = await figures();
    assert.deepEqual([rows, (await figures('uploads')).rows], [1, 1]);
    assert.deepEqual(
      psi,
      names.map(() => undefined),
    );
  });

  it('is exposed from the hundredth distinct row of /predict on', async () => {
    for (const row of training.slice(0, 99)) await predict(row);
    const few = await figures();
    assert.deepEqual([few.rows, few.psi], [99, names.map(() => undefined)]);
    await predict(training[99]!);
    const enough = await figures();
    assert.equal(enough.rows, 100);
    for (const psi of enough.psi) assert.ok(psi! >= 0);
  });

  it('measures requests separately from an upload of a whole history', async () => {
    await upload(training);
    await infer(moved(training.slice(0, 100)));
    const [requests, uploads] = [await figures('requests'), await figures('uploads')];
    assert.deepEqual([requests.rows, uploads.rows], [100, training.length]);
    assert.ok(requests.psi[volatility]! > 3, `${requests.psi[volatility]}`);
    assert.equal(uploads.psi[volatility], 0);
  });

  it('uses the last rows of an upload of many blocks', async () => {
    const many = Array.from({ length: 6000 }, (_, i) => training[i % training.length]!.with(0, i / 1e6));
    const last = Array.from({ length: 1024 }, (_, i) => training[i % training.length]!.with(0, -i / 1e6));
    await upload([...moved(many), ...last]);
    const uploaded = await figures('uploads');
    assert.equal(uploaded.rows, 1024);
    assert.ok(uploaded.psi[volatility]! < 0.05, `${uploaded.psi[volatility]}`);
  });

  it('uses the rows of an upload that were predicted before it failed', async () => {
    const rows = training.slice(0, 150).map(row => `${row.join()}\n`);
    const csv = `${names.join()}\n${rows.join('')}x\n`;
    const { status } = await server.post('/predict_batch', csv, { 'content-type': 'text/csv' });
    assert.equal(status, 422);
    assert.equal((await figures('uploads')).rows, 150);
  });

  it('does not count rows that were refused', async () => {
    await server.post('/predict', { ...indicators, rsi_14: 101 });
    await server.post('/predict', {});
    assert.equal((await figures()).rows, 0);
  });
});

describe('training rows that cannot be read', () => {
  it('are logged; the server predicts and exposes no drift', async () => {
    const sink = new MemorySink();
    const state = new ServerState();
    const log = createLogger('info', sink);
    const metrics = createMetrics(false);
    const config = completeServerOptions({ modelFolder: await sharedModelFolder() });
    await serveModel({ config, state, log, metrics });
    const { model, drift, ...served } = state.require();
    const gone = { ...model.stages.Features, read: () => Promise.reject(new Error('the volume is gone')) };
    state.ready({ ...served, drift, model: { ...model, stages: { ...model.stages, Features: gone } } });

    await compareWithTraining({ state, log });
    const warnings = sink.lines.filter(({ level }) => level === 'warn');
    assert.equal(warnings.length, 1);
    assert.match(String(warnings[0]?.msg), /no drift is measured/);
    assert.match(JSON.stringify(warnings[0]?.error), /the volume is gone/);
    assert.equal(state.health().status, 200);
    JSON.parse(served.predict(Buffer.from(JSON.stringify(indicators))));
    assert.equal(
      seriesValue(await metrics.registry.metrics(), 'bellwether_input_training_rows{via="requests"}'),
      0,
    );
  });
});
