/** Reads a request's whole body, within limits of size and time. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from './errors.ts';

const nothing: Buffer = Buffer.alloc(0);

export interface BodyLimits {
  readonly bytes: number;
  readonly seconds: number;
}

/**
 * Calls `done` once, with the body or with BodyTooLarge, RequestTimeout, UnsupportedEncoding or
 * ClientClosedRequest. Callbacks instead of a promise, because every prediction runs through this.
 */
export function collectBody(
  request: IncomingMessage,
  limits: BodyLimits,
  done: (error: HttpError | null, body: Buffer) => void,
): void {
  const refusal = refusalOf(request, limits.bytes);
  if (refusal !== null) {
    discardBody(request, limits.seconds);
    done(refusal, nothing);
    return;
  }
  let body: Buffer = nothing;
  let size = 0;
  let settled = false;
  const settle = (error: HttpError | null, body: Buffer) => {
    if (settled) return;
    settled = true;
    clearTimeout(timer);
    done(error, body);
  };
  const timer = setTimeout(() => {
    settle(new HttpError('RequestTimeout', `the body did not arrive within ${limits.seconds} s`), nothing);
  }, limits.seconds * 1000);
  request.on('data', (chunk: Buffer) => {
    if (settled) return;
    size += chunk.length;
    if (size > limits.bytes) {
      discardBody(request, limits.seconds);
      settle(tooLarge(limits.bytes), nothing);
    } else body = size === chunk.length ? chunk : appended(body, size - chunk.length, chunk);
  });
  request.on('end', () => settle(null, body.length === size ? body : body.subarray(0, size)));
  request.on('close', () => {
    // Every request emits close. Errors are expensive (stack trace), so one is made only if the body is incomplete.
    if (!settled) settle(new HttpError('ClientClosedRequest', 'the client closed the connection'), nothing);
  });
}

/**
 * `chunk` behind the first `length` bytes of `body`, in the same memory if that is large enough. A list of chunks would
 * take a hundred times the memory of a body that arrives byte by byte.
 */
function appended(body: Buffer, length: number, chunk: Buffer): Buffer {
  const size = length + chunk.length;
  let whole = body;
  // The first chunk is a part of the socket's memory.
  if (length === body.length || size > body.length) {
    whole = Buffer.alloc(Math.max(2 * size, 4096));
    body.copy(whole, 0, 0, length);
  }
  chunk.copy(whole, length);
  return whole;
}

/** `collectBody` as a promise. */
export function readBody(request: IncomingMessage, limits: BodyLimits): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    collectBody(request, limits, (error, body) => (error === null ? resolve(body) : reject(error)));
  });
}

/**
 * Reads and drops the rest of a body, so that a client that is still sending can read the answer. The connection is
 * closed when that takes longer than `seconds`.
 */
export function discardBody(request: IncomingMessage, seconds: number): void {
  if (request.complete) return;
  const timer = setTimeout(() => request.destroy(), seconds * 1000).unref();
  request.on('close', () => clearTimeout(timer));
  request.resume();
}

/**
 * Ends an answer with `text`, possibly before the request has been read. If the connection closes after it, the end
 * waits for the rest of the body, at most `seconds`. Closed earlier, the connection would be reset and a client that is
 * still sending could not read the answer.
 */
export function endAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  text: string,
  seconds: number,
): void {
  if (request.complete || response.shouldKeepAlive) {
    response.end(text);
    return;
  }
  response.write(text);
  const end = () => {
    clearTimeout(timer);
    response.end();
  };
  const timer = setTimeout(end, seconds * 1000).unref();
  request.once('end', end).once('close', end).resume();
}

function refusalOf(request: IncomingMessage, limit: number): HttpError | null {
  const { headers } = request;
  if (Number(headers['content-length'] ?? 0) > limit) return tooLarge(limit);
  const encoding = headers['content-encoding'];
  if (encoding === undefined || encoding === 'identity') return null;
  return new HttpError('UnsupportedEncoding', `content encoding ${encoding} is not supported here`, {
    encoding,
  });
}

function tooLarge(limit: number): HttpError {
  return new HttpError('BodyTooLarge', `the body is larger than ${limit} bytes`, { limitBytes: limit });
}
