import assert from 'node:assert/strict';
import { loadModel } from '../../src/serving/model.ts';
import { indicators, raw, serve, sharedModelFolder, type TestServer } from './harness.ts';

describe('GET /metrics', () => {
  let server: TestServer;
  before(async () => {
    server = await serve();
  });
  after(() => server.close());

  const scrape = async () => (await server.request('/metrics')).text;
  /** The value of one series, written as Prometheus does. */
  const value = (text: string, series: string) => {
    const line = text.split('\n').find(candidate => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };

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

  it('counts predictions by risk, those of tensors too', async () => {
    const before = await scrape();
    const { json } = await server.post('/predict', indicators);
    const series = `bellwether_predictions_total{risk="${json.risk}"}`;
    const data = [Object.values(indicators), Object.values(indicators)];
    const inputs = [{ name: 'features', datatype: 'FP64', shape: [2, 5], data }];
    await server.post('/v2/models/aapl/infer', { inputs });
    const after = await scrape();
    assert.equal(value(after, series)! - (value(before, series) ?? 0), 3);
    const count = 'bellwether_predicted_return_count';
    assert.equal(value(after, count)! - value(before, count)!, 3);
  });

  it('says which model serves and how it was judged', async () => {
    const { version, digests, evaluation } = await loadModel(await sharedModelFolder());
    const text = await scrape();
    assert.equal(
      value(text, `bellwether_model_info{model="aapl",version="${version}",digest="${digests.Train}"}`),
      1,
    );
    assert.ok(value(text, 'bellwether_model_load_seconds')! > 0);
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

  it('tells of the process: memory, event loop lag, garbage collection', async () => {
    const text = await scrape();
    for (const name of [
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_gc_duration_seconds',
    ]) {
      assert.match(text, new RegExp(`^# TYPE ${name} `, 'm'));
    }
  });

  it('keeps servers of one process apart', async () => {
    const other = await serve();
    try {
      assert.doesNotMatch((await other.request('/metrics')).text, /route="\/predict"/);
    } finally {
      await other.close();
    }
  });
});
