import assert from 'node:assert/strict';
import { z } from 'zod';
import { completeServerOptions } from '../../../src/config.ts';
import { createLogger } from '../../../src/observability/log.ts';
import { createMetrics } from '../../../src/observability/metrics.ts';
import { createApp } from '../../../src/serving/app.ts';
import { errorMeanings, errorStatus } from '../../../src/serving/errors.ts';
import { type LoadedModel, loadModel } from '../../../src/serving/model.ts';
import { openApiDocument } from '../../../src/serving/openapi/document.ts';
import { operations } from '../../../src/serving/openapi/operations.ts';
import { type SchemaName, wireSchemas } from '../../../src/serving/openapi/schemas.ts';
import { ServerState } from '../../../src/serving/state.ts';
import { indicators, MemorySink, serve, sharedModelFolder, type TestServer } from '../harness.ts';

describe('the OpenAPI document', () => {
  let server: TestServer;
  let model: LoadedModel;
  before(async () => {
    server = await serve();
    model = await loadModel(await sharedModelFolder());
  });
  after(() => server.close());

  it('describes every route, and no other', () => {
    const log = createLogger('silent', new MemorySink());
    const app = createApp({
      config: completeServerOptions({ modelFolder: '.' }),
      state: new ServerState(),
      metrics: createMetrics(false),
      log,
      gate: null,
      requestId: () => '',
      record: () => {},
      refused: () => {},
    });
    const routed = app.routes.flatMap(({ path, methods }) =>
      methods
        .filter(method => method !== 'HEAD')
        .map(method => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`),
    );
    const described = operations.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    assert.deepEqual(described.toSorted(), routed.toSorted());
  });

  it('is OpenAPI 3.1 with resolvable references and unique ids', async () => {
    const { status, json, text } = await server.request('/openapi.json');
    assert.equal(status, 200);
    assert.deepEqual(json, JSON.parse(JSON.stringify(openApiDocument(model))));
    assert.equal(json.openapi, '3.1.0');
    const schemas = Object.keys(json.components?.schemas ?? {});
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      assert.ok(schemas.includes(name!), name);
    const ids = operations.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
  });

  it('has the fields of /predict with their bounds, all required, and no others', async () => {
    const schema = (await server.request('/openapi.json')).json.components?.schemas?.PredictRequest;
    assert.deepEqual(schema?.required, Object.keys(indicators));
    assert.equal(schema.additionalProperties, false);
    const rsi = schema.properties?.rsi_14;
    assert.deepEqual([rsi?.type, rsi?.minimum, rsi?.maximum], ['number', 0, 100]);
  });

  it('has examples that its schemas accept', () => {
    const schemas = wireSchemas(model.card.features);
    const { paths } = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
      .parse(openApiDocument(model));
    let examples = 0;
    const visit = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      const { schema, example } = value as { schema?: { $ref?: string }; example?: unknown };
      if (schema?.$ref !== undefined && example !== undefined) {
        schemas[schema.$ref.split('/').at(-1) as SchemaName].parse(example);
        examples += 1;
      }
      for (const child of Object.values(value)) visit(child);
    };
    visit(paths);
    assert.ok(examples >= 4, String(examples));
  });

  it('describes itself as an object', async () => {
    const { json } = await server.request('/openapi.json');
    const answer = json.paths?.['/openapi.json']?.get?.responses?.['200'];
    assert.deepEqual(answer?.content?.['application/json']?.schema, { type: 'object' });
  });

  it('has an error response for each status that an operation names', async () => {
    const { json } = await server.request('/openapi.json');
    for (const { path, method, errors } of operations) {
      const responses = json.paths?.[path]?.[method]?.responses ?? {};
      for (const code of errors) assert.ok(errorStatus[code] in responses, `${path} ${code}`);
    }
    assert.deepEqual(Object.keys(errorMeanings), Object.keys(errorStatus));
  });

  it('describes the actual answers of the server', async () => {
    const schemas = wireSchemas(model.card.features);
    const row = model.golden.rows[0]!.values;
    const inference = { inputs: [{ name: 'features', datatype: 'FP64', shape: [1, row.length], data: row }] };
    const answers: [SchemaName, Promise<{ status: number; json: unknown }>, number][] = [
      ['Health', server.request('/health'), 200],
      ['Alive', server.request('/livez'), 200],
      ['Model', server.request('/model'), 200],
      ['Evaluation', server.request('/model/evaluation'), 200],
      ['History', server.request('/model/history'), 200],
      ['PredictAnswer', server.post('/predict', indicators), 200],
      ['Error', server.post('/predict', {}), 422],
      ['Error', server.post('/predict', '{'), 400],
      ['Error', server.request('/nothing'), 404],
      ['Error', server.request('/predict'), 405],
      ['InferServer', server.request('/v2'), 200],
      ['InferLive', server.request('/v2/health/live'), 200],
      ['InferReady', server.request('/v2/health/ready'), 200],
      ['InferModel', server.request('/v2/models/aapl'), 200],
      ['InferModelReady', server.request('/v2/models/aapl/ready'), 200],
      ['InferAnswer', server.post('/v2/models/aapl/infer', inference), 200],
      ['InferError', server.post('/v2/models/aapl/infer', {}), 422],
      ['InferError', server.request('/v2/models/other'), 404],
    ];
    for (const [name, answer, status] of answers) {
      const { status: actual, json } = await answer;
      assert.equal(actual, status, name);
      schemas[name].parse(json);
    }
  });

  it('describes the actual answers of /predict_batch', async () => {
    const columns = Object.keys(indicators);
    const csv = `${columns.join()}\n${Object.values(indicators).join()}\n1,2\n`;
    const answer = await server.post('/predict_batch?on_error=skip', csv, { 'content-type': 'text/csv' });
    assert.equal(answer.status, 200);
    const { summary } = wireSchemas(model.card.features).BatchAnswer.parse(answer.json);
    assert.deepEqual([summary.predicted, summary.skipped], [1, 1]);
  });
});
