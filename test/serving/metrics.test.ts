import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { riskNames } from '../../src/api/risk.ts';
import { completeServerOptions } from '../../src/config.ts';
import { createLogger } from '../../src/observability/log.ts';
import { createMetrics } from '../../src/observability/metrics.ts';
import { createApp } from '../../src/serving/app.ts';
import { loadModel } from '../../src/serving/model.ts';
import { ServerState } from '../../src/serving/state.ts';
import {
  indicators,
  MemorySink,
  raw,
  serve,
  sharedModelFolder,
  type TestServer,
  seriesValue as value,
} from './harness.ts';

describe('GET /metrics', () => {
  let server: TestServer;
  before(async () => {
    server = await serve();
  });
  after(() => server.close());

  const scrape = async () => (await server.request('/metrics')).text;

  it('counts and times requests by route, method and status', async () => {
    for (let i = 0; i < 3; i++) await server.post('/predict', indicators);
    await server.post('/predict', {});
    await server.request('/predict', { method: 'PUT' });
    await server.request('/one');
    await server.request('/two');
    const text = await scrape();
    const requests = (labels: string) => value(text, `bellwether_http_requests_total{${labels}}`);
    assert.equal(requests('route="/predict",method="POST",status="200"'), 3);
    assert.equal(requests('route="/predict",method="POST",status="422"'), 1);
    assert.equal(requests('route="/predict",method="PUT",status="405"'), 1);
    assert.equal(requests('route="unmatched",method="GET",status="404"'), 2);
    const labels = 'route="/predict",method="POST",status="200"';
    assert.equal(value(text, `bellwether_http_request_duration_seconds_count{${labels}}`), 3);
    assert.equal(value(text, `bellwether_http_request_duration_seconds_bucket{le="10",${labels}}`), 3);
    assert.equal(value(text, 'bellwether_validation_failures_total{reason="InvalidFields"}'), 1);
  });

  it('counts each failure once, with its own status', async () => {
    const names = Object.keys(indicators).join();
    const row = `${Object.values(indicators).join()}\n`;
    const total = (text: string) =>
      [...text.matchAll(/^bellwether_http_requests_total\{.*\} (\d+)$/gm)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    const before = await scrape();

    // Broken off after 200 was sent, because of the upload and not of the client.
    const csv = { 'content-type': 'text/csv', accept: 'text/csv' };
    await assert.rejects(server.post('/predict_batch', `${names}\n${row.repeat(5000)}x\n`, csv));
    // HTTP that breaks in the body of a request.
    const head =
      'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    assert.match(await raw(server.url, `${head}no chunk`), /^HTTP\/1\.1 400 .*"code":"MalformedRequest"/s);
    assert.match(await raw(server.url, 'no HTTP\r\n\r\n'), /^HTTP\/1\.1 400 /);

    const after = await scrape();
    assert.equal(total(after) - total(before), 4, 'these three and the first scrape');
    const requests = (labels: string) => value(after, `bellwether_http_requests_total{${labels}}`);
    assert.equal(requests('route="/predict_batch",method="POST",status="422"'), 1);
    assert.equal(requests('route="/predict",method="POST",status="499"'), 1);
    assert.equal(requests('route="unparsed",method="none",status="400"'), 1);
    assert.equal(value(after, 'bellwether_validation_failures_total{reason="InvalidRow"}'), 1);
    const line = server.log.lines.find(({ route }) => route === '/predict_batch');
    assert.equal(line?.code, 'InvalidRow');
  });

  it('counts every predicted row by risk and by return, on every endpoint', async () => {
    const other = await serve();
    try {
      const { version } = await loadModel(await sharedModelFolder());
      const figures = async () => {
        const text = (await other.request('/metrics')).text;
        const risks = riskNames.map(risk =>
          value(text, `bellwether_predictions_total{model="aapl",version="${version}",risk="${risk}"}`),
        );
        const ofReturn = (end: string) => value(text, `bellwether_predicted_return${end}`);
        const buckets = ['0', '0.001', '+Inf'].map(le => ofReturn(`_bucket{le="${le}"}`));
        return { risks, buckets, count: ofReturn('_count'), sum: ofReturn('_sum') };
      };
      assert.deepEqual(await figures(), { risks: [0, 0, 0], buckets: [0, 0, 0], count: 0, sum: 0 });

      const { json } = await other.post('/predict', indicators);
      const rows = [indicators, { ...indicators, volatility_10: 0.05, volatility_known_9: 0.05 }];
      const data = rows.map(row => Object.values(row));
      const inputs = [
        { name: 'features', datatype: 'FP64', shape: [2, Object.keys(indicators).length], data },
      ];
      const tensors = await other.post('/v2/models/aapl/infer', { inputs });
      const [ofTensor, levelsOfTensor] = tensors.json.outputs as unknown as { data: number[] }[];
      const names = Object.keys(indicators).join();
      // More rows than a block holds.
      const csv = `${names}\n${data.map(row => `${row.join()}\n`.repeat(1500)).join('')}`;
      const batch = await other.post('/predict_batch', csv, { 'content-type': 'text/csv' });
      const answers = batch.json.predictions as unknown as { predicted_return: number; risk_level: number }[];

      const returns = [
        Number(json.predicted_return),
        ...ofTensor!.data,
        ...answers.map(row => row.predicted_return),
      ];
      const levels = [
        Number(json.risk_level),
        ...levelsOfTensor!.data,
        ...answers.map(row => row.risk_level),
      ];
      const after = await figures();
      assert.equal(returns.length, 3003);
      assert.deepEqual(
        after.risks,
        [0, 1, 2].map(level => levels.filter(each => each === level).length),
      );
      const upTo = (bound: number) => returns.filter(each => each <= bound).length;
      assert.deepEqual(after.buckets, [upTo(0), upTo(0.001), 3003]);
      assert.equal(after.count, 3003);
      const sum = returns.reduce((total, each) => total + each, 0);
      assert.ok(Math.abs(after.sum! - sum) < 1e-9, `${after.sum} is not ${sum}`);
    } finally {
      await other.close();
    }
  });

  it('initialises every refusal reason and every row outcome to 0', async () => {
    const other = await serve();
    try {
      const text = (await other.request('/metrics')).text;
      const refused = (reason: string) =>
        value(text, `bellwether_validation_failures_total{reason="${reason}"}`);
      assert.deepEqual(
        ['InvalidFields', 'InvalidRow', 'BodyTooLarge', 'UnsupportedMediaType'].map(refused),
        [0, 0, 0, 0],
      );
      assert.equal(refused('ModelNotReady'), undefined, 'that refuses nothing for its contents');
      const rows = (outcome: string) => value(text, `bellwether_batch_rows_total{outcome="${outcome}"}`);
      assert.deepEqual(['predicted', 'warming_up', 'skipped'].map(rows), [0, 0, 0]);
    } finally {
      await other.close();
    }
  });

  it('exposes open connections', async () => {
    const connections = async () => value(await scrape(), 'bellwether_http_connections')!;
    const before = await connections();
    const sockets = await Promise.all(
      [1, 2, 3].map(async () => {
        const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
        socket.write('GET /livez HTTP/1.1\r\nhost: x\r\n\r\n');
        await once(socket, 'data');
        return socket;
      }),
    );
    assert.equal((await connections()) - before, 3);
    for (const socket of sockets) socket.destroy();
  });

  it('exposes the utilisation of the event loop to each scraper', async () => {
    const active = async () => value(await scrape(), 'bellwether_event_loop_active_seconds_total')!;
    const before = await active();
    assert.ok(before > 0, `${before}`);
    for (let i = 0; i < 20; i++) await server.post('/predict', indicators);
    const after = await active();
    assert.ok(after > before && after < performance.now() / 1000, `${before} ${after}`);
  });

  it('exposes uploads in progress and their limit', async () => {
    const uploads = async () => {
      const text = await scrape();
      return [value(text, 'bellwether_batch_uploads'), value(text, 'bellwether_batch_uploads_limit')];
    };
    assert.deepEqual(await uploads(), [0, 4]);
    const upload = httpRequest(`${server.url}/predict_batch`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv' },
    });
    const answered = once(upload, 'response');
    // More than a block, so that the answer begins.
    upload.write(
      `${Object.keys(indicators).join()}\n${`${Object.values(indicators).join()}\n`.repeat(3000)}`,
    );
    const [answer] = await answered;
    assert.deepEqual(await uploads(), [1, 4]);
    upload.end();
    answer.resume();
    await once(answer, 'end');
    assert.deepEqual(await uploads(), [0, 4]);
  });

  it('exposes the served model and its evaluation', async () => {
    const { version, digests, evaluation } = await loadModel(await sharedModelFolder());
    const text = await scrape();
    assert.equal(
      value(text, `bellwether_model_info{model="aapl",version="${version}",digest="${digests.Train}"}`),
      1,
    );
    const phases = ['verify', 'decode', 'prove'].map(
      phase => value(text, `bellwether_model_load_seconds{phase="${phase}"}`)!,
    );
    for (const seconds of phases) assert.ok(seconds > 0, `${phases}`);
    const ready = server.log.lines.find(({ msg }) => msg === 'ready');
    const sum = phases.reduce((total, seconds) => total + seconds);
    assert.ok(Math.abs(sum - Number(ready?.loadSeconds)) < 1e-9, `${sum} is not ${ready?.loadSeconds}`);
    const { regression, classification } = evaluation;
    const quality = (figure: string, set: string) =>
      value(text, `bellwether_model_quality{figure="${figure}",set="${set}"}`);
    assert.equal(quality('rmse', 'holdout'), regression.holdout.model.rmse);
    assert.equal(quality('mean_rmse', 'walk_forward'), regression.walkForward.mean.rmse);
    assert.equal(quality('accuracy', 'holdout'), classification.holdout.model.accuracy);
    assert.equal(
      quality('persistence_accuracy', 'walk_forward'),
      classification.walkForward.baselines.persistence.accuracy,
    );
  });

  it('exposes memory, event loop lag and garbage collection of the process', async () => {
    const text = await scrape();
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_gc_duration_seconds',
    ]) {
      assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'));
    }
  });

  it('separates the metrics of servers in one process', async () => {
    const other = await serve();
    try {
      assert.doesNotMatch((await other.request('/metrics')).text, /route="\/predict"/);
    } finally {
      await other.close();
    }
  });

  it('answers while the model is being loaded', async () => {
    const sink = new MemorySink();
    const app = createApp({
      config: completeServerOptions({ modelFolder: '.' }),
      state: new ServerState(),
      metrics: createMetrics(),
      log: createLogger('silent', sink),
      requestId: () => '',
      record: () => {},
      refused: () => {},
      gate: null,
    });
    const loading = createServer(app.handle);
    loading.listen(0, '127.0.0.1');
    await once(loading, 'listening');
    try {
      const response = await fetch(`http://127.0.0.1:${(loading.address() as AddressInfo).port}/metrics`);
      assert.equal(response.status, 200);
      const text = await response.text();
      assert.ok(value(text, 'process_resident_memory_bytes')! > 0);
      assert.equal(value(text, 'bellwether_batch_uploads_limit'), 4);
    } finally {
      loading.closeAllConnections();
      loading.close();
      await app.close();
    }
  });

  it('answers when the model cannot be served, without model metrics', async () => {
    const other = await serve({ modelFolder: '/nowhere' });
    try {
      const { status, text } = await other.request('/metrics');
      assert.equal(status, 200);
      assert.ok(value(text, 'process_resident_memory_bytes')! > 0);
      for (const name of ['model_info', 'model_load_seconds', 'predictions_total', 'input_psi']) {
        assert.doesNotMatch(text, new RegExp(`^bellwether_${name}[{ ]`, 'm'));
      }
    } finally {
      await other.close();
    }
  });
});
