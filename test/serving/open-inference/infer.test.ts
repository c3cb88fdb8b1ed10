import assert from 'node:assert/strict';
import { type LoadedModel, loadModel } from '../../../src/serving/model.ts';
import { indicators, serve, sharedModelFolder, type TestServer } from '../harness.ts';

const columns = Object.keys(indicators).length;
/** A row of the model's features in which some have another value. */
const rowWith = (changes: Record<string, unknown> = {}) => Object.values({ ...indicators, ...changes });

describe('Open Inference Protocol', () => {
  let server: TestServer;
  let model: LoadedModel;
  before(async () => {
    server = await serve({ inferRowLimit: 10 });
    model = await loadModel(await sharedModelFolder());
  });
  after(() => server.close());

  const tensor = (data: unknown, shape: number[], rest = {}) => ({
    inputs: [{ name: 'features', datatype: 'FP64', shape, data, ...rest }],
  });
  const infer = (body: unknown) => server.post('/v2/models/aapl/infer', body);

  it('returns the golden answers, from flat and from nested data', async () => {
    const { rows } = model.golden;
    const nested = rows.map(row => row.values);
    for (const data of [nested, nested.flat()]) {
      const { status, json } = await infer({ id: 'seven', ...tensor(data, [rows.length, columns]) });
      assert.equal(status, 200);
      assert.deepEqual(json, {
        model_name: 'aapl',
        model_version: model.version,
        id: 'seven',
        outputs: [
          {
            name: 'predicted_return',
            datatype: 'FP64',
            shape: [rows.length],
            data: rows.map(row => row.predictedReturn),
          },
          {
            name: 'risk_level',
            datatype: 'INT64',
            shape: [rows.length],
            data: rows.map(row => row.riskLevel),
          },
          {
            name: 'probabilities',
            datatype: 'FP64',
            shape: [rows.length, 3],
            data: rows.flatMap(row => row.probabilities),
          },
        ],
      });
    }
  });

  it('returns only the requested outputs, in their order', async () => {
    const { values } = model.golden.rows[0]!;
    const outputs = [{ name: 'probabilities' }, { name: 'risk_level' }];
    const { json } = await infer({ ...tensor(values, [1, columns]), outputs });
    assert.deepEqual(
      (json.outputs as unknown as { name: string }[]).map(({ name }) => name),
      ['probabilities', 'risk_level'],
    );
    assert.equal('id' in json, false);
  });

  it('rounds FP32 to single precision', async () => {
    const { values } = model.golden.rows[0]!;
    const single = await infer(tensor(values, [1, columns], { datatype: 'FP32' }));
    const rounded = await infer(tensor(values.map(Math.fround), [1, columns]));
    assert.equal(single.status, 200);
    assert.equal(single.text, rounded.text);
  });

  it('accepts JSON without a content type, as some clients of the protocol send it, but no other content type', async () => {
    const body = JSON.stringify(tensor(model.golden.rows[0]!.values, [1, columns]));
    const url = `${server.url}/v2/models/aapl/infer`;
    const send = (headers: Record<string, string>) =>
      fetch(url, { method: 'POST', body: Buffer.from(body), headers });
    assert.equal((await send({})).status, 200);
    assert.equal((await send({ 'content-type': 'text/plain' })).status, 415);
  });

  it('answers under its own version too, and under no other', async () => {
    const base = `/v2/models/aapl/versions/${model.version}`;
    const { values } = model.golden.rows[0]!;
    assert.equal((await server.post(`${base}/infer`, tensor(values, [1, columns]))).status, 200);
    assert.deepEqual((await server.request(`${base}/ready`)).json, { name: 'aapl', ready: true });
    for (const path of ['/v2/models/other', '/v2/models/aapl/versions/000000000000/ready']) {
      const { status, json } = await server.request(path);
      assert.equal(status, 404);
      assert.equal(typeof json.error, 'string');
    }
  });

  it('describes server and model', async () => {
    assert.deepEqual((await server.request('/v2/health/live')).json, { live: true });
    assert.deepEqual((await server.request('/v2/health/ready')).json, { ready: true });
    const { name, version } = (await server.request('/v2')).json;
    assert.equal(name, 'bellwether');
    assert.match(String(version), /^\d+\.\d+\.\d+/, "the server's version, not the model's");
    const { json } = await server.request('/v2/models/aapl');
    assert.deepEqual(json.versions, [model.version]);
    assert.deepEqual(json.inputs, [{ name: 'features', datatype: 'FP64', shape: [-1, columns] }]);
    assert.deepEqual(json.parameters, { features: model.features });
  });

  const row = rowWith({ rsi_14: 55 });
  const refused: [what: string, body: unknown, message: RegExp][] = [
    ['no inputs', {}, /inputs/],
    ['an array', [], /the body/],
    [
      'another tensor',
      { inputs: [{ name: 'x', datatype: 'FP64', shape: [1, columns], data: row }] },
      /inputs\[0\]\.name/,
    ],
    ['another type', tensor(row, [1, columns], { datatype: 'BYTES' }), /inputs\[0\]\.datatype/],
    ['another number of columns', tensor([1], [1, 1]), new RegExp(`1 columns, but the model has ${columns}`)],
    [
      'a shape of other size',
      tensor(row, [2, columns]),
      new RegExp(`${columns} numbers, but its shape has ${2 * columns}`),
    ],
    ['a negative shape', tensor(row, [-1, columns]), /shape/],
    ['rows of other length', tensor([[1, 2]], [1, columns]), new RegExp(`row 0 .* ${columns} numbers`)],
    ['a string', tensor(rowWith({ rsi_14: '55' }), [1, columns]), /row 0: rsi_14 must be a finite number/],
    [
      'a value out of range',
      tensor([...row, ...rowWith({ rsi_14: 101 })], [2, columns]),
      /row 1: rsi_14 must be at most 100/,
    ],
    [
      'a value that no float holds',
      tensor(rowWith({ ma_10_ratio: 1e39 }), [1, columns], { datatype: 'FP32' }),
      /row 0: ma_10_ratio must be a finite number/,
    ],
    ['too many rows', tensor(Array(11 * columns).fill(0), [11, columns]), /11 rows are more than 10/],
    ['an unknown output', { ...tensor(row, [1, columns]), outputs: [{ name: 'y' }] }, /outputs\[0\]\.name/],
  ];
  for (const [what, body, message] of refused) {
    it(`refuses ${what} in the protocol's error format`, async () => {
      const { status, json } = await infer(body);
      assert.equal(status, 422);
      assert.deepEqual(Object.keys(json), ['error']);
      assert.match(String(json.error), message);
    });
  }

  it('refuses invalid JSON, and 1e999', async () => {
    assert.equal((await infer('{')).status, 400);
    const text = JSON.stringify(tensor(row, [1, columns])).replace('55', '1e999');
    const { status, json } = await infer(text);
    assert.equal(status, 422);
    assert.match(String(json.error), /rsi_14 must be a finite number/);
  });
});
