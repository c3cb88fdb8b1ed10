import assert from 'node:assert/strict';
import { on, once } from 'node:events';
import { type IncomingMessage, request, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { mock } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { createGzip } from 'node:zlib';
import { HttpError } from '../../../src/serving/errors.ts';
import { exampleIndicators } from '../../../support/indicators.ts';
import { type BatchServer, madeUpModel, startBatchServer } from './fixture.ts';

const model = madeUpModel(5);
const header = `${model.card.features.map(feature => feature.name).join()}\n`;
const row = `${Object.values(exampleIndicators(model.card.features))
  .map(value => value.toFixed(7))
  .join()}\n`;
/** 10,000 rows, half a megabyte. */
const rows = row.repeat(10_000);

describe('POST /predict_batch and its connections', () => {
  let server: BatchServer;
  const start = async (config: Parameters<typeof startBatchServer>[1] = {}) => {
    server = await startBatchServer(model, config);
  };
  afterEach(async () => {
    mock.timers.reset();
    await server.close();
  });

  /** An upload in progress; `head` are further header lines. */
  function open(head = 'transfer-encoding: chunked', accept = 'application/json'): Socket {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /predict_batch HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/csv\r\naccept: ${accept}\r\n${head}\r\n\r\n`,
    );
    return socket;
  }

  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

  /** The server's side of the next upload. */
  const accepted = async () => (await once(server.server, 'request')) as [IncomingMessage, ServerResponse];

  async function settled(uploads: number): Promise<void> {
    while (server.ended() < uploads) await new Promise(resolve => setTimeout(resolve, 5));
  }

  async function textOf(socket: Socket): Promise<string> {
    const chunks: Buffer[] = [];
    socket.on('data', data => chunks.push(data));
    await once(socket, 'close');
    return Buffer.concat(chunks).toString();
  }

  const post = (body: string, accept = 'application/json') =>
    fetch(server.url, { method: 'POST', body, headers: { 'content-type': 'text/csv', accept } });

  it('ends a truncated upload, and serves the next', async () => {
    await start({ batchConcurrency: 1 });
    const socket = open('content-length: 1000000000');
    socket.write(header);
    for (let i = 0; i < 6; i++) socket.write(rows);
    await once(socket, 'data');
    socket.resetAndDestroy();
    await settled(1);
    assert.equal((await post(header + rows)).status, 200);
  });

  it('ends at once when the client disconnects while it reads the answer', async () => {
    await start({ batchConcurrency: 1 });
    const socket = open();
    socket.write(chunk(header + rows));
    await once(socket, 'data');
    socket.destroy();
    await settled(1);
    assert.equal((await post(header + rows)).status, 200);
  });

  it('answers 408 when no byte of the upload arrives for too long', async () => {
    await start({ uploadIdleSeconds: 0.2 });
    const socket = open('content-length: 1000000');
    socket.write(header);
    assert.match(await textOf(socket), /^HTTP\/1.1 408 .*no byte of the upload arrived for 0.2 s/s);
  });

  it('writes an error and closes when the upload stalls after the first answer', async () => {
    await start({ uploadIdleSeconds: 300 });
    mock.timers.enable({ apis: ['setTimeout'] });
    const socket = open();
    const whole = textOf(socket);
    socket.write(chunk(header + rows));
    await once(socket, 'data');
    // Repeatedly, since each unread part of the upload starts another timeout.
    const passing = setInterval(() => mock.timers.tick(300_000), 10);
    const text = await whole;
    clearInterval(passing);
    assert.match(text, /^HTTP\/1.1 200 /);
    assert.match(text, /"error":\{"code":"RequestTimeout"/);
    assert.doesNotMatch(text, /"summary"|\r\n0\r\n/);
  });

  it('never lets an incomplete answer look complete', async () => {
    await start();
    for (const [accept, ending] of [
      ['application/json', /\n\],"error":\{"code":"InvalidRow","message":"line 40002: .*\}\}\n\r\n$/],
      ['application/x-ndjson', /\n\{"error":\{"code":"InvalidRow","message":"line 40002: .*\}\}\n\r\n$/],
      ['text/csv', /\n40001,[^\n]*\n\r\n$/],
    ] as const) {
      const socket = open('transfer-encoding: chunked', accept);
      socket.write(chunk(`${header}${rows.repeat(4)}bad\n`));
      socket.write('0\r\n\r\n');
      const text = await textOf(socket);
      assert.match(text, /^HTTP\/1.1 200 /);
      assert.match(text.slice(-2000), ending);
      assert.doesNotMatch(text, /"summary"|bellwether-rows: /i);
    }
    await assert.rejects(async () => (await post(`${header}${rows.repeat(4)}bad\n`)).text(), /terminated/);
  });

  /** An upload by HTTP/1.0, as proxies make it: no chunks, no trailers, the connection's end is the answer's. */
  function openOld(body: string, accept: string): Socket {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `POST /predict_batch HTTP/1.0\r\ncontent-type: text/csv\r\naccept: ${accept}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    return socket;
  }

  it('answers HTTP/1.0 too', async () => {
    await start();
    for (const [accept, ending] of [
      ['application/json', /"skipped":0,"errors":\[\]\}\}\n$/],
      ['application/x-ndjson', /"skipped":0,"errors":\[\]\}\}\n$/],
      ['text/csv', /\n10001,[^\n]*\n$/],
    ] as const) {
      const text = await textOf(openOld(header + rows, accept));
      assert.match(text, /^HTTP\/1.1 200 /);
      assert.doesNotMatch(text.slice(0, 500), /trailer|chunked/i);
      assert.match(text.slice(-500), ending);
    }
  });

  it('resets the connection of HTTP/1.0 after an incomplete answer, since nothing else shows it', async () => {
    await start();
    const socket = openOld(`${header}${rows.repeat(4)}bad\n`, 'text/csv');
    socket.resume();
    const [error] = await once(socket, 'error');
    assert.equal(error.code, 'ECONNRESET');
  });

  it('sends the number of rows as a trailer of complete answers', async () => {
    await start();
    const sent = request(server.url, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', accept: 'text/csv' },
    });
    sent.end(header + rows);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    await once(response, 'end');
    assert.deepEqual(response.trailers, { 'bellwether-rows': '10000', 'bellwether-skipped': '0' });
  });

  it('reads no more than a few blocks ahead of a client that does not read its answer', async () => {
    await start();
    const socket = open();
    const [incoming, response] = await accepted();
    socket.pause();
    // Far more than fits the buffers of both sockets; the rest waits here.
    const total = 60_000_000;
    socket.write(chunk(header));
    for (let sent = 0; sent < total; sent += rows.length) socket.write(chunk(rows));
    let before = -1;
    while (before !== incoming.socket.bytesRead || !incoming.isPaused()) {
      before = incoming.socket.bytesRead;
      await new Promise(resolve => setTimeout(resolve, 150));
    }
    assert.ok(incoming.socket.bytesRead < total / 2, `${incoming.socket.bytesRead} bytes read`);
    // Up to 16 MiB are held for a client that is still sending.
    assert.ok(response.writableLength < 20_000_000, `${response.writableLength} bytes wait to be sent`);
    socket.destroy();
    await settled(1);
  });

  it('disconnects a client that does not read its answer for too long', async () => {
    await start({ uploadIdleSeconds: 0.3 });
    const socket = open();
    socket.pause();
    socket.write(chunk(header));
    for (let i = 0; i < 100; i++) socket.write(chunk(rows));
    await settled(1);
    socket.destroy();
  });

  it('decompresses a small file of a large one piece by piece', async () => {
    await start({ uploadLimitBytes: 2_000_000 });
    const gzip = createGzip({ level: 9 });
    const socket = open('transfer-encoding: chunked\r\ncontent-encoding: gzip', 'text/csv');
    const [, response] = await accepted();
    let waiting = 0;
    let received = 0;
    let tail = '';
    socket.on('data', data => {
      received += data.length;
      tail = (tail + data.toString('latin1')).slice(-200);
      waiting = Math.max(waiting, response.writableLength);
    });
    gzip.on('data', data => {
      socket.write(`${data.length.toString(16)}\r\n`);
      socket.write(data);
      socket.write('\r\n');
    });
    gzip.write(header);
    const copies = 40;
    for (let i = 0; i < copies; i++) gzip.write(rows);
    gzip.end();
    await once(gzip, 'end');
    socket.write('0\r\n\r\n');
    await settled(1);
    while (!tail.includes('Bellwether-Skipped')) await once(socket, 'data');
    assert.deepEqual(server.failures, []);
    assert.ok(received > 15_000_000, `${received} bytes`);
    assert.match(tail, /bellwether-rows: 400000/i);
    assert.ok(waiting < 20_000_000, `${waiting} bytes waited`);
    socket.destroy();
  });

  it('lets two uploads take turns, and refuses one too many with 503 and Retry-After', async () => {
    await start({ batchConcurrency: 2 });
    const large = open();
    large.write(chunk(header));
    await accepted();
    for (let i = 0; i < 20; i++) large.write(chunk(rows));
    await once(large, 'data');
    large.resume();
    // The large one has not even been sent whole, and the small one is through.
    assert.equal((await post(header + row)).status, 200);
    const second = open();
    await accepted();
    const refused = await post(header + row);
    assert.equal(refused.status, 503);
    assert.equal(refused.headers.get('retry-after'), '2');
    assert.match(await refused.text(), /"code":"Busy"/);
    second.destroy();
    const whole = textOf(large);
    large.write('0\r\n\r\n');
    assert.match((await whole).slice(-200), /"rows":200000/);
  });

  describe('when a worker dies', () => {
    let workers: Worker[];
    const keep = (worker: Worker) => workers.push(worker);
    beforeEach(async () => {
      workers = [];
      process.on('worker', keep);
      await start({ batchConcurrency: 1 });
    });
    afterEach(() => process.off('worker', keep));

    const error =
      /\{"error":\{"code":"Internal","message":"the server failed; see its log","details":\{\}\}\}\n/;

    it('aborts the upload that it worked on, and serves the next with another', async () => {
      const socket = open('transfer-encoding: chunked', 'application/x-ndjson');
      socket.write(chunk(header));
      for (let i = 0; i < 20; i++) socket.write(chunk(rows));
      await once(socket, 'data');
      for (const worker of workers) void worker.terminate();
      assert.match((await textOf(socket)).slice(-200), error);
      assert.match(String(server.failures[0]), /worker ended with code 1/);
      assert.equal((await post(header + row)).status, 200);
    });

    it('aborts the upload of bars whose history it kept, even when it dies between two of them', async () => {
      const day = (i: number) => new Date(Date.UTC(1990, 0, 1 + i)).toISOString().slice(0, 10);
      const bars = Array.from({ length: 4096 }, (_, i) => `${day(i)},10,12,9,${10 + (i % 7) / 10},100\n`);
      const socket = open('transfer-encoding: chunked', 'application/x-ndjson');
      const text = textOf(socket);
      socket.write(chunk(`date,open,high,low,close,volume\n${bars.join('')}`));
      let answered = '';
      for await (const [data] of on(socket, 'data')) {
        answered += data;
        if (answered.includes('\n{"line":4097,')) break;
      }
      await Promise.all(workers.map(worker => worker.terminate()));
      socket.write(chunk('2020-01-01,10,12,9,10,100\n'));
      socket.write('0\r\n\r\n');
      assert.match((await text).slice(-200), error);
      assert.match(String(server.failures[0]), /the worker that kept the state of this task has died/);
      assert.equal((await post(header + row)).status, 200);
    });

    it('starts another only when there is work', async () => {
      assert.equal((await post(header + row)).status, 200);
      assert.equal(workers.length, 2);
      await Promise.all(workers.map(worker => worker.terminate()));
      assert.equal(workers.length, 2);
    });
  });

  it('aborts uploads in progress when the server closes', async () => {
    await start();
    const socket = open();
    socket.write(chunk(header + rows));
    await once(socket, 'data');
    await server.close();
    await settled(1);
    assert.ok(server.failures.every(failure => failure instanceof HttpError));
  });
});
