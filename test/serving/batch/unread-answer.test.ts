import assert from 'node:assert/strict';
import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { AnswerStream } from '../../../src/serving/batch/answer-stream.ts';
import { HttpError } from '../../../src/serving/errors.ts';

const mebibyte = new Uint8Array(1024 * 1024);
const stallSeconds = 0.02;

/** An answer that the client does not read, while its request is still being sent or complete. */
function unreadAnswer({ isSending }: { isSending: boolean }): AnswerStream {
  const request = new IncomingMessage(new Socket());
  request.httpVersionMajor = 1;
  request.httpVersionMinor = 1;
  request.complete = !isSending;
  return new AnswerStream(new ServerResponse(request), 'csv', { name: 'aapl', version: 'x' }, stallSeconds);
}

const isStalled = (error: unknown) => error instanceof HttpError && error.code === 'ClientClosedRequest';

describe('an answer that the client does not read', () => {
  it('is buffered while the client still sends: a browser reads nothing before it has sent everything', async () => {
    const answer = unreadAnswer({ isSending: true });
    for (let written = 0; written < 15; written++) await answer.write(mebibyte);
  });

  it('is buffered up to a limit', async () => {
    const answer = unreadAnswer({ isSending: true });
    await assert.rejects(async () => {
      for (let written = 0; written < 20; written++) await answer.write(mebibyte);
    }, isStalled);
  });

  it('waits as soon as the client has sent everything', async () => {
    await assert.rejects(unreadAnswer({ isSending: false }).write(mebibyte), isStalled);
  });
});
