/** Uploads made to hold a slot, the processor or memory. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { exampleIndicators } from '../../../support/indicators.ts';
import { type BatchServer, madeUpModel, startBatchServer } from './fixture.ts';

const model = madeUpModel(5);
const header = `${model.card.features.map(feature => feature.name).join()}\n`;
const row = `${Object.values(exampleIndicators(model.card.features))
  .map(value => value.toFixed(7))
  .join()}\n`;
const mebibyte = 2 ** 20;

/** `start`, then `piece` over and over, compressed: gzip may consist of several members. */
function compressed(start: string, piece: string, bytes: number): Buffer {
  const member = gzipSync(piece.repeat(Math.ceil(mebibyte / piece.length)));
  return Buffer.concat([gzipSync(start), ...Array.from({ length: bytes / mebibyte }, () => member)]);
}

describe('POST /predict_batch with hostile uploads', () => {
  let server: BatchServer;
  const start = async (config: Parameters<typeof startBatchServer>[1] = {}) => {
    server = await startBatchServer(model, config);
  };
  afterEach(() => server.close());

  const post = async (body: Buffer | string, query = '', type = 'text/csv') => {
    const response = await fetch(server.url + query, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': type },
    });
    let text = '';
    try {
      for await (const part of response.body ?? []) text = (text + Buffer.from(part)).slice(-100_000);
    } catch {
      // An answer that fails after its beginning is cut off.
    }
    const code = /"code":"(\w+)"/.exec(text)?.[1];
    return { status: response.status, code, text };
  };

  function open(accept = 'text/csv'): Socket {
    const socket = connect(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /predict_batch?on_error=skip HTTP/1.1\r\nhost: x\r\ncontent-type: text/csv\r\naccept: ${accept}\r\ntransfer-encoding: chunked\r\n\r\n`,
    );
    return socket;
  }

  const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;

  /** Sends `piece` again and again until the server closes the connection; returns what it answered. */
  async function trickle(socket: Socket, piece: string): Promise<string> {
    const timer = setInterval(() => socket.destroyed || socket.write(chunk(piece)), 5);
    let answer = '';
    socket.on('data', data => {
      answer += data;
      if (answer.includes('"details":{}}}')) socket.destroy();
    });
    await once(socket, 'close');
    clearInterval(timer);
    return answer;
  }

  async function settled(uploads: number): Promise<void> {
    while (server.ended() < uploads) await new Promise(resolve => setTimeout(resolve, 5));
  }

  describe('that expand', () => {
    it('ends line ends with 422, before and after the header', async () => {
      await start();
      const before = await post(compressed('', '\n', 64 * mebibyte));
      assert.deepEqual([before.status, before.code], [422, 'InvalidHeader']);
      const after = await post(compressed(header, '\r\n', 64 * mebibyte));
      assert.deepEqual([after.status, after.code], [422, 'TooFewRows']);
      assert.match(after.text, /16777216 bytes beyond 1024 for each valid row: remove its blank lines/);
    });

    it('ends blank lines, bad rows and padding between rows', async () => {
      await start({ uploadSparseLimitBytes: 4 * mebibyte });
      for (const piece of ['x\n', ' \n', `${' '.repeat(60_000)}${row}`, `${row}${'\n'.repeat(3000)}`]) {
        const { code, text } = await post(compressed(header + row, piece, 32 * mebibyte), '?on_error=skip');
        assert.equal(code, 'TooFewRows', text.slice(-300));
      }
    });

    it('takes a file with as many bad rows as good ones', async () => {
      await start({ uploadSparseLimitBytes: 4 * mebibyte });
      const { text } = await post(compressed(header, `${row}x,${row}\n`, 12 * mebibyte), '?on_error=skip');
      assert.match(text.slice(-20_000), /"summary":\{/);
    });

    it('ends more than the limit with 413', async () => {
      await start({ uploadDecompressedLimitBytes: 10_000 });
      const { status, code, text } = await post(gzipSync(header + row.repeat(1000)));
      assert.deepEqual([status, code], [413, 'BodyTooLarge']);
      assert.match(text, /larger than 10000 bytes when it is decompressed: split it/);
      assert.equal((await post(header + row.repeat(1000))).status, 200);
    });

    it('ends gzip in gzip, and gzip of nothing, by the same limits', async () => {
      await start({ uploadSparseLimitBytes: 4 * mebibyte });
      const nested = gzipSync(compressed(header, '\n', 64 * mebibyte));
      const response = await fetch(server.url, {
        method: 'POST',
        body: new Uint8Array(nested),
        headers: { 'content-type': 'application/gzip', 'content-encoding': 'gzip' },
      });
      assert.match(await response.text(), /"code":"TooFewRows"/);
      const nothing = gzipSync('');
      const members = Buffer.concat(Array.from({ length: 300_000 }, () => nothing));
      assert.equal((await post(members)).code, 'TooFewRows');
    });
  });

  it('answers a header of 60,000 names or of blanks and quotes', async () => {
    await start();
    const names = Array.from({ length: 40_000 }, (_, i) => i.toString(36));
    for (const text of [
      names.join(),
      `${' '.repeat(250_000)}"a"b`,
      '"'.repeat(250_000),
      `"${' '.repeat(250_000)}`,
    ]) {
      const { status, code } = await post(`${text}\n${row}`);
      assert.deepEqual([status, code], [422, 'InvalidHeader']);
    }
  });

  it('counts a million bad rows', async () => {
    await start({ uploadSparseLimitBytes: 256 * mebibyte });
    const { text } = await post(`${header}${row}${'x\n'.repeat(1_000_000)}`, '?on_error=skip');
    assert.match(text, /"skipped":1000000,/);
  });

  it('reads an upload in chunks of one byte', async () => {
    await start();
    const socket = open();
    let answer = '';
    socket.on('data', data => {
      answer += data;
    });
    for (const byte of header + row.repeat(2000)) socket.write(chunk(byte));
    socket.write('0\r\n\r\n');
    while (!/bellwether-rows/i.test(answer.slice(-300))) await once(socket, 'data');
    assert.match(answer.slice(-300), /bellwether-rows: 2000/i);
    socket.destroy();
  });

  it('ends an upload that is slower than the least rate with 408', async () => {
    await start({ uploadIdleSeconds: 0.5, uploadMinimumRate: 1_000_000, batchConcurrency: 1 });
    const socket = open();
    socket.write(chunk(header));
    assert.match(
      await trickle(socket, row),
      /^HTTP\/1.1 408 .*slower than 1000000 bytes\/s: compress it or split it/s,
    );
    assert.equal((await post(header + row)).status, 200);
  });

  it('ends an upload without rows with 408', async () => {
    await start({ uploadRowSeconds: 0.5, batchConcurrency: 1 });
    for (const text of ['', header]) {
      const socket = open();
      if (text !== '') socket.write(chunk(text));
      assert.match(await trickle(socket, '\r\n'), /^HTTP\/1.1 408 .*no row of the upload arrived for 0.5 s/s);
    }
    assert.equal((await post(header + row)).status, 200);
  });

  it('ends an upload that takes too long in all, before and after the answer begins', async () => {
    await start({ uploadSeconds: 0.5, batchConcurrency: 1 });
    const early = open('application/json');
    early.write(chunk(header));
    assert.match(await trickle(early, row), /^HTTP\/1.1 408 .*took longer than 0.5 s: split it/s);
    const late = open('application/json');
    late.write(chunk(header));
    assert.match(await trickle(late, row.repeat(3000)), /^HTTP\/1.1 200 .*"code":"RequestTimeout"/s);
    await settled(2);
    assert.equal((await post(header + row)).status, 200);
  });

  it('frees the slot of a client that disconnects, whatever it has sent', async () => {
    await start({ batchConcurrency: 1, uploadIdleSeconds: 3000, uploadRowSeconds: 3000 });
    const bombs = [compressed('', '\n', 512 * mebibyte), compressed(header, 'x\n', 256 * mebibyte)];
    let uploads = 0;
    for (const text of ['', header, header + row.repeat(100_000)]) {
      const socket = open();
      const isAccepted = once(server.server, 'request');
      if (text !== '') socket.write(chunk(text));
      await isAccepted;
      socket.destroy();
      await settled(++uploads);
    }
    for (const bomb of bombs) {
      const socket = open();
      const isAccepted = once(server.server, 'request');
      socket.write(`${bomb.length.toString(16)}\r\n`);
      socket.write(bomb);
      await isAccepted;
      socket.destroy();
      await settled(++uploads);
    }
    assert.equal((await post(header + row)).status, 200);
  });
});
