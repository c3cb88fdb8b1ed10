import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { startServer } from '../../src/serving/server.ts';
import { indicators, MemorySink, serve, sharedModelFolder } from './harness.ts';

describe('the lifecycle of a server', () => {
  it('answers at once, with 503 until the model is ready', async () => {
    const modelFolder = await sharedModelFolder();
    const server = await startServer({ modelFolder, port: 0 }, new MemorySink());
    try {
      // Listening, and not yet given the processor back: the model cannot have been read.
      const [health, alive, predict] = await Promise.all([
        fetch(`${server.url}/health`),
        fetch(`${server.url}/livez`),
        fetch(`${server.url}/model`),
      ]);
      assert.equal(alive.status, 200);
      for (const { status } of [health, predict]) assert.ok([200, 503].includes(status));
      await server.loaded;
      const ready = await fetch(`${server.url}/health`);
      assert.equal(ready.status, 200);
      const { status, model, digests } = (await ready.json()) as Record<string, unknown>;
      assert.equal(status, 'ready');
      assert.equal(model, 'aapl');
      assert.deepEqual(Object.keys(digests as object), ['Fetch', 'Features', 'Train', 'Evaluate']);
    } finally {
      await server.close();
    }
  });

  it('drains: still answers, reports draining on /health, finishes requests in flight, then refuses connections', async () => {
    const server = await serve({ drainDelaySeconds: 0.3 });
    const body = JSON.stringify(indicators);
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.setEncoding('utf8');
    const head = `POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    socket.write(head);
    await once(socket, 'connect');
    const closing = server.close();
    assert.equal(server.close().constructor, Promise);

    const health = await server.request('/health');
    assert.equal(health.status, 503);
    assert.equal(health.json.status, 'draining');
    assert.equal(health.headers.get('connection'), 'close');
    assert.equal((await server.post('/predict', indicators)).status, 200);

    let answer = '';
    socket.on('data', text => {
      answer += text;
    });
    socket.write(body);
    await once(socket, 'close');
    assert.match(answer, /^HTTP\/1\.1 200 /);
    assert.match(answer, /connection: close/i);
    await closing;
    await assert.rejects(fetch(`${server.url}/livez`));
  });

  it('does not wait for an idle keep-alive connection', async () => {
    const server = await serve({ drainSeconds: 60 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.setEncoding('utf8');
    const names = `${Object.keys(indicators).join()}\n`;
    const row = `${Object.values(indicators).join()}\n`;
    socket.write(
      'POST /predict_batch HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n',
    );
    const body = names + row.repeat(3000);
    socket.write(`${body.length.toString(16)}\r\n${body}\r\n`);
    await once(socket, 'data');
    let answer = '';
    socket.on('data', text => {
      answer += text;
    });
    const closing = server.close();
    socket.write('0\r\n\r\n');
    await closing;
    assert.match(answer, /Bellwether-Rows: 3000/);
    assert.ok(!server.log.lines.some(({ msg }) => /drain time is over/.test(String(msg))));
  });

  it('aborts requests that take longer than the drain time', async () => {
    const server = await serve({ drainSeconds: 0.05 });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(
      'POST /predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n',
    );
    await once(socket, 'connect');
    await server.request('/livez');
    await server.close();
    assert.ok(server.log.lines.some(({ msg }) => /drain time is over/.test(String(msg))));
  });

  it('names the address that it cannot bind', async () => {
    const server = await serve();
    const port = Number(new URL(server.url).port);
    try {
      await assert.rejects(serve({ port }), /cannot listen on 127\.0\.0\.1:\d+: .*EADDRINUSE/);
    } finally {
      await server.close();
    }
  });
});
