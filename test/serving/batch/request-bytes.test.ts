import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { mock } from 'node:test';
import { RequestBytes } from '../../../src/serving/batch/request-bytes.ts';

const limits = { maximumBytes: 1_000_000, idleSeconds: 60, minimumRate: 0, rowSeconds: 60 };
const patience = { idleSeconds: 1, totalSeconds: 10 };

describe('the rest of an upload after an error', () => {
  let server: Server;
  let client: Socket;
  let request: IncomingMessage;
  let discarded: Promise<void>;
  let isSettled: boolean;

  beforeEach(async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('error', () => undefined);
    client.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n');
    [request] = (await once(server, 'request')) as [IncomingMessage];
    isSettled = false;
    discarded = new RequestBytes(request, limits).discard(patience).then(() => {
      isSettled = true;
    });
  });

  afterEach(() => {
    mock.timers.reset();
    client.destroy();
    server.closeAllConnections();
    server.close();
  });

  async function sendOne(): Promise<void> {
    const read = once(request, 'data');
    client.write('x');
    await read;
  }

  async function pass(milliseconds: number): Promise<void> {
    mock.timers.tick(milliseconds);
    await new Promise(resolve => setImmediate(resolve));
  }

  it('is read as long as it arrives', async () => {
    for (let i = 0; i < 9; i++) {
      await sendOne();
      await pass(999);
      assert.equal(isSettled, false, `after ${i + 1} bytes`);
    }
    await pass(1);
    assert.equal(isSettled, true);
  });

  it('is abandoned when it takes too long', async () => {
    for (let i = 0; i < 20; i++) {
      await sendOne();
      await pass(499);
    }
    assert.equal(isSettled, false);
    await sendOne();
    await pass(20);
    assert.equal(isSettled, true);
  });

  it('ends with the upload', async () => {
    client.write('x'.repeat(100));
    await discarded;
  });

  it('ends when the client disconnects', async () => {
    client.destroy();
    await discarded;
  });
});
