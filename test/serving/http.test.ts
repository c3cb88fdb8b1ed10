import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { indicators, raw, serve, type TestServer } from './harness.ts';

const securityHeaders = [
  'content-security-policy',
  'x-content-type-options',
  'referrer-policy',
  'x-request-id',
];

describe('HTTP', () => {
  let server: TestServer;
  before(async () => {
    server = await serve();
  });
  after(() => server.close());

  it('answers unknown paths with 404, and known paths with 405 and Allow', async () => {
    const missing = await server.request('/nothing');
    assert.equal(missing.status, 404);
    assert.equal(missing.json.error?.code, 'NotFound');
    for (const [method, path, allow] of [
      ['GET', '/predict', 'POST'],
      ['PUT', '/predict_batch', 'POST'],
      ['DELETE', '/health', 'HEAD, GET'],
      ['HEAD', '/predict', 'POST'],
    ] as const) {
      const { status, headers, json } = await server.request(path, { method });
      assert.equal(status, 405, `${method} ${path}`);
      assert.equal(headers.get('allow'), allow);
      if (method !== 'HEAD') assert.equal(json.error?.code, 'MethodNotAllowed');
    }
  });

  it('answers OPTIONS with Allow, and HEAD like GET without a body', async () => {
    const options = await server.request('/predict', { method: 'OPTIONS' });
    assert.equal(options.status, 200);
    assert.equal(options.headers.get('allow'), 'POST');
    const head = await server.request('/health', { method: 'HEAD' });
    assert.equal(head.status, 200);
    assert.equal(head.text, '');
    const get = await server.request('/health');
    assert.equal(head.headers.get('content-length'), String(get.text.length));
  });

  it('answers methods that no path supports with 4xx, never with 5xx', async () => {
    for (const [line, answer] of [
      ['PROPFIND /', /^HTTP\/1\.1 405 .*allow: HEAD, GET\r\n.*"code":"MethodNotAllowed"/is],
      ['TRACE /predict', /^HTTP\/1\.1 405 .*allow: POST\r\n.*"code":"MethodNotAllowed"/is],
      ['PROPFIND /nothing', /^HTTP\/1\.1 404 .*"code":"NotFound"/s],
    ] as const) {
      assert.match(await raw(server.url, `${line} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`), answer);
    }
  });

  it('ignores an unknown Expect header', async () => {
    const body = JSON.stringify(indicators);
    const head = `POST /predict HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\nconnection: close\r\ncontent-type: application/json\r\n`;
    const answer = await raw(server.url, `${head}content-length: ${body.length}\r\n\r\n${body}`);
    assert.match(answer, /^HTTP\/1\.1 200 .*"predicted_return"/s);
  });

  it('lets a client that closes its connection send all of a body that is refused', async () => {
    const body = `"${'x'.repeat(10_000_000)}"`;
    for (const [path, type, answer] of [
      ['/predict', 'application/json', /^HTTP\/1\.1 413 .*"code":"BodyTooLarge"/s],
      ['/v2/models/aapl/infer', 'application/json', /^HTTP\/1\.1 413 .*larger than/s],
      ['/nothing', 'application/json', /^HTTP\/1\.1 404 .*"code":"NotFound"/s],
      ['/predict_batch', 'application/json', /^HTTP\/1\.1 415 .*"code":"UnsupportedMediaType"/s],
      ['/predict_batch', 'text/csv', /^HTTP\/1\.1 422 .*"code":"InvalidHeader"/s],
    ] as const) {
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: ${type}\r\n`;
      assert.match(
        await raw(server.url, `${head}content-length: ${body.length}\r\n\r\n`, body),
        answer,
        path,
      );
    }
  });

  it('sets the security headers on every answer', async () => {
    const answers = await Promise.all([
      server.post('/predict', indicators),
      server.post('/predict', ''),
      server.request('/health'),
      server.request('/nothing'),
      server.request('/model/report'),
      server.request('/metrics'),
    ]);
    for (const { headers } of answers) for (const name of securityHeaders) assert.ok(headers.get(name), name);
  });

  it('keeps a well-formed request id and replaces any other', async () => {
    for (const path of ['/predict', '/nothing']) {
      const idOf = async (id: string) =>
        (await server.post(path, indicators, { 'x-request-id': id })).headers.get('x-request-id');
      assert.equal(await idOf('trace-1:a/b'), 'trace-1:a/b');
      for (const bad of ['a b', '"', 'x'.repeat(129)]) {
        const id = await idOf(bad);
        assert.notEqual(id, bad);
        assert.match(String(id), /^[0-9a-f]{12}-[0-9a-z]+$/);
      }
    }
  });

  it('survives bytes that are not HTTP', async () => {
    for (const garbage of [
      '\0\0\0\r\n\r\n',
      'GET\r\n\r\n',
      'GET / HTTP/9.9\r\n\r\n',
      '{"rsi_14": 55}\r\n\r\n',
    ]) {
      assert.match(await raw(server.url, garbage), /^HTTP\/1\.1 400 .*"code":"MalformedRequest"/s);
    }
    const large = `GET / HTTP/1.1\r\nhost: x\r\na: ${'x'.repeat(20_000)}\r\n\r\n`;
    assert.match(await raw(server.url, large), /^HTTP\/1\.1 431 .*"code":"HeadersTooLarge"/s);
    const smuggled =
      'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n';
    assert.match(await raw(server.url, smuggled), /^HTTP\/1\.1 400 /);
    assert.equal((await server.request('/health')).status, 200);
  });

  it('survives a client that disconnects in the middle of its body', async () => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    const id = 'gone-client';
    socket.write(
      `POST /predict HTTP/1.1\r\nhost: x\r\nx-request-id: ${id}\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{`,
    );
    await once(socket, 'connect');
    await server.request('/livez');
    socket.destroy();
    const line = () => server.log.lines.find(({ requestId }) => requestId === id);
    while (line() === undefined) await sleep(5);
    assert.equal(line()?.code, 'ClientClosedRequest');
    assert.equal((await server.post('/predict', indicators)).status, 200);
  });

  it('logs each request once, with id, route, status and error code', async () => {
    const id = 'log-test';
    await server.post('/predict', indicators, { 'x-request-id': id });
    await server.post('/predict?q="', {}, { 'x-request-id': id });
    await server.request('/nothing', { headers: { 'x-request-id': id } });
    const lines = server.log.lines.filter(({ requestId }) => requestId === id);
    assert.deepEqual(
      lines.map(({ level, method, route, url, status, code }) => [level, method, route, url, status, code]),
      [
        ['info', 'POST', '/predict', '/predict', 200, undefined],
        ['info', 'POST', '/predict', '/predict?q=%22', 422, 'InvalidFields'],
        ['info', 'GET', 'unmatched', '/nothing', 404, 'NotFound'],
      ],
    );
    assert.ok(!server.log.lines.some(({ route }) => route === '/health'), 'probes are not logged');
  });
});

describe('HTTP times out', () => {
  let server: TestServer;
  before(async () => {
    server = await serve({ bodyTimeoutSeconds: 0.2, headersTimeoutSeconds: 0.2 });
  });
  after(() => server.close());

  it('on headers that do not arrive', async () => {
    assert.match(
      await raw(server.url, 'GET /health HTTP/1.1\r\nhost:'),
      /^HTTP\/1\.1 408 .*"code":"RequestTimeout"/s,
    );
  });

  it('on a body that does not arrive, on every route that reads one', async () => {
    for (const path of ['/predict', '/v2/models/aapl/infer']) {
      const head = `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 90\r\n\r\n{`;
      assert.match(await raw(server.url, head), /^HTTP\/1\.1 408 .*(RequestTimeout|did not arrive)/s);
    }
  });

  it('on a body that no route reads', async () => {
    const head = 'POST /nothing HTTP/1.1\r\nhost: x\r\ncontent-length: 90\r\n\r\n{';
    assert.match(await raw(server.url, head), /^HTTP\/1\.1 404 /);
  });
});
