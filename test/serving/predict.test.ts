import assert from 'node:assert/strict';
import { predictAnswerSchema } from '../../src/api/predict.ts';
import { loadModel } from '../../src/serving/model.ts';
import { indicators, serve, sharedModelFolder, type TestServer } from './harness.ts';

describe('POST /predict', () => {
  let server: TestServer;
  before(async () => {
    server = await serve();
  });
  after(() => server.close());

  it('returns the golden answers bit for bit', async () => {
    const { golden, version } = await loadModel(await sharedModelFolder());
    for (const row of golden.rows) {
      const body = Object.fromEntries(golden.features.map((name, i) => [name, row.values[i]]));
      const { status, json } = await server.post('/predict', body);
      assert.equal(status, 200);
      const answer = predictAnswerSchema.parse(json);
      assert.equal(answer.predicted_return, row.predictedReturn);
      assert.equal(answer.risk_level, row.riskLevel);
      assert.equal(answer.risk, ['Low', 'Medium', 'High'][row.riskLevel]);
      assert.deepEqual(Object.values(answer.probabilities), row.probabilities);
      assert.deepEqual(answer.model, { name: 'aapl', version });
    }
  });

  it('answers the same under /predict, /predict/ and /predict?x, for any order of the fields', async () => {
    const backwards = Object.fromEntries(Object.entries(indicators).reverse());
    const answers = await Promise.all([
      server.post('/predict', indicators),
      server.post('/predict/', indicators),
      server.post('/predict?x=1', backwards),
    ]);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200],
    );
    assert.equal(new Set(answers.map(({ text }) => text)).size, 1);
  });

  it('accepts a JSON type with parameters or a suffix, and a body in several chunks', async () => {
    for (const type of ['application/json; charset=utf-8', 'application/vnd.bellwether+json']) {
      assert.equal((await server.post('/predict', indicators, { 'content-type': type })).status, 200);
    }
    const text = JSON.stringify(indicators);
    const body = new ReadableStream({
      start(controller) {
        for (const piece of [text.slice(0, 5), text.slice(5, 6), text.slice(6)]) {
          controller.enqueue(new TextEncoder().encode(piece));
        }
        controller.close();
      },
    });
    const headers = { 'content-type': 'application/json' };
    const answer = await server.request('/predict', { method: 'POST', headers, body, duplex: 'half' });
    assert.equal(answer.status, 200);
  });

  describe('names the field that is wrong', () => {
    const cases: [what: string, change: Record<string, unknown> | string, field: string, reason: string][] = [
      ['a string', { rsi_14: '55' }, 'rsi_14', 'NotANumber'],
      ['null', { rsi_14: null }, 'rsi_14', 'NotANumber'],
      ['a boolean', { rsi_14: true }, 'rsi_14', 'NotANumber'],
      ['an array', { rsi_14: [55] }, 'rsi_14', 'NotANumber'],
      ['an object', { rsi_14: { value: 55 } }, 'rsi_14', 'NotANumber'],
      ['an index above 100', { rsi_14: 100.01 }, 'rsi_14', 'OutOfRange'],
      ['an index below 0', { rsi_14: -1 }, 'rsi_14', 'OutOfRange'],
      ['a negative deviation', { volatility_10: -1e-9 }, 'volatility_10', 'OutOfRange'],
      ['a missing field', { ma_50_ratio: undefined }, 'ma_50_ratio', 'MissingField'],
      ['an unknown field', { rsi: 1 }, 'rsi', 'UnknownField'],
      ['constructor', { constructor: 1 }, 'constructor', 'UnknownField'],
      ['1e999', '1e999', 'rsi_14', 'NotFinite'],
      ['-1e999', '-1e999', 'rsi_14', 'NotFinite'],
    ];
    for (const [what, change, field, reason] of cases) {
      it(what, async () => {
        const body =
          typeof change === 'string'
            ? JSON.stringify(indicators).replace('55.5', change)
            : { ...indicators, ...change };
        const { status, json } = await server.post('/predict', body);
        assert.equal(status, 422);
        assert.equal(json.error?.code, 'InvalidFields');
        assert.ok(String(json.error?.message).startsWith(field), String(json.error?.message));
        const fields = json.error?.details?.fields as unknown as { field: string; reason: string }[];
        assert.deepEqual(
          fields.map(entry => [entry.field, entry.reason]),
          [[field, reason]],
        );
      });
    }

    it('every one of several', async () => {
      const { json } = await server.post('/predict', { rsi_14: 101, other: 1 });
      const fields = json.error?.details?.fields as unknown as { field: string }[];
      assert.deepEqual(
        fields.map(({ field }) => field),
        [...Object.keys(indicators), 'other'],
      );
    });

    it('__proto__, and the prototype of nothing changes', async () => {
      for (const key of ['__proto__', '\\u005f_proto__']) {
        const text = JSON.stringify(indicators).replace('{', `{"${key}": {"polluted": 1},`);
        const { status, json } = await server.post('/predict', text);
        assert.equal(status, 422);
        assert.match(String(json.error?.message), /^__proto__ /);
      }
      assert.equal('polluted' in {}, false);
    });

    for (const literal of ['NaN', 'Infinity', '-Infinity']) {
      it(`${literal}, which is not JSON`, async () => {
        const text = JSON.stringify(indicators).replace('55.5', literal);
        const { status, json } = await server.post('/predict', text);
        assert.equal(status, 400);
        assert.equal(json.error?.code, 'InvalidJson');
        assert.ok(String(json.error?.message).startsWith(`rsi_14 is ${literal}`));
      });
    }
  });

  describe('refuses a body that is not an object of numbers', () => {
    const cases: [what: string, body: string, status: number, code: string][] = [
      ['empty', '', 400, 'EmptyBody'],
      ['cut off', '{"rsi_14": 5', 400, 'InvalidJson'],
      ['text', 'rsi_14=5', 400, 'InvalidJson'],
      ['null', 'null', 422, 'InvalidBody'],
      ['a number', '5', 422, 'InvalidBody'],
      ['an array', '[1,2,3,4,5]', 422, 'InvalidBody'],
      ['16,000 arrays deep', '['.repeat(8000) + ']'.repeat(8000), 422, 'InvalidBody'],
      ['objects deep', `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`, 422, 'InvalidFields'],
      ['larger than the limit', `{"a":"${'x'.repeat(16 * 1024)}"}`, 413, 'BodyTooLarge'],
      ['of 10 MB', `{"a":"${'x'.repeat(10_000_000)}"}`, 413, 'BodyTooLarge'],
    ];
    for (const [what, body, status, code] of cases) {
      it(what, async () => {
        const answer = await server.post('/predict', body);
        assert.equal(answer.status, status);
        assert.equal(answer.json.error?.code, code);
        assert.equal((await server.post('/predict', indicators)).status, 200);
      });
    }
  });

  it('refuses other content types and encodings', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonx', 'text/csv']) {
      const { status, json } = await server.post('/predict', indicators, { 'content-type': type });
      assert.equal(status, 415, type);
      assert.equal(json.error?.code, 'UnsupportedMediaType');
    }
    const { status, json } = await server.post('/predict', indicators, { 'content-encoding': 'gzip' });
    assert.equal(status, 415);
    assert.equal(json.error?.code, 'UnsupportedEncoding');
  });
});
