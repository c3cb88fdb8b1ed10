/** Every path of the API with damaged requests: an answer within its time, and no 5xx but 503. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { exampleIndicators } from '../../support/indicators.ts';
import { sampleRun } from '../../support/sample-run.ts';
import { serve, type TestServer } from '../serving/harness.ts';
import { damaged } from './damage.ts';

const runs = Number(process.env.FC_RUNS ?? 100);
const indicators = exampleIndicators(sampleRun().model.features);
const json = JSON.stringify(indicators);
const csv = `${Object.keys(indicators).join()}\n${Object.values(indicators).join()}\n`;
const form = `--b\r\ncontent-disposition: form-data; name="f"; filename="a.csv"\r\n\r\n${csv}\r\n--b--\r\n`;
const infer = JSON.stringify({
  inputs: [
    {
      name: 'input',
      shape: [1, Object.keys(indicators).length],
      datatype: 'FP64',
      data: Object.values(indicators),
    },
  ],
});

const paths = [
  ...[
    '/',
    '/docs',
    '/predict',
    '/predict_batch',
    '/predict_batch?on_error=skip',
    '/model',
    '/model/evaluation',
  ],
  ...[
    '/model/history',
    '/model/report',
    '/health',
    '/livez',
    '/metrics',
    '/openapi.json',
    '/v2',
    '/v2/health/live',
  ],
  ...['/v2/health/ready', '/v2/models/aapl', '/v2/models/aapl/versions/1/ready', '/v2/models/aapl/infer'],
];
const header = fc.constantFrom<Record<string, string>>(
  {},
  { 'content-type': 'application/json' },
  { 'content-type': 'text/csv', accept: 'text/csv' },
  { 'content-type': 'text/csv', 'content-encoding': 'gzip', accept: 'application/x-ndjson' },
  { 'content-type': 'multipart/form-data; boundary=b' },
  { 'content-type': 'multipart/form-data; boundary="' },
  { 'content-type': 'application/gzip', accept: '*/*;q=0' },
  { 'content-type': 'application/json; charset=x', 'content-encoding': 'br', 'x-request-id': '{"' },
);

describe('damaged requests', () => {
  let server: TestServer;
  before(async () => {
    server = await serve({ bodyTimeoutSeconds: 5, uploadIdleSeconds: 5 });
  });
  after(() => server.close());

  async function statusOf(method: string, path: string, headers: Record<string, string>, body: Buffer) {
    const sent = request(server.url, { method, path, headers, agent: false, timeout: 30_000 });
    sent.on('timeout', () => sent.destroy(new Error('no answer within 30 s')));
    sent.end(body);
    const [response] = await once(sent, 'response');
    let size = 0;
    try {
      for await (const chunk of response) size += chunk.length;
    } catch {
      // An upload that fails after the answer has begun is cut off.
    }
    return { status: Number(response.statusCode), size };
  }

  it('get an answer, and the server stays healthy', async () => {
    const target = damaged(...paths).map(bytes =>
      `/${bytes.toString('latin1').replace(/[^!-~]/g, '')}`.replace(/^\/+/, '/'),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS'),
        fc.oneof(fc.constantFrom(...paths), target),
        header,
        damaged(json, csv, form, infer, gzipSync(csv)),
        async (method, path, headers, body) => {
          const { status } = await statusOf(method, path, headers, method === 'GET' ? Buffer.alloc(0) : body);
          assert.ok(status < 500 || status === 503, `${method} ${path}: ${status}`);
        },
      ),
      { numRuns: runs },
    );
    assert.equal((await server.request('/health')).status, 200);
    assert.deepEqual(
      server.log.lines.filter(line => line.code === 'Internal'),
      [],
    );
  });
});
