/** The bytes of a request, pulled: the socket is read only on demand. */
import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors.ts';

export interface ByteLimits {
  /** Bytes accepted, as sent. */
  readonly maximumBytes: number;
  /** Longest wait for the next byte. */
  readonly idleSeconds: number;
}

/** How long a client may continue to send data that is discarded. */
export interface Patience {
  /** From one byte to the next. */
  readonly idleSeconds: number;
  readonly totalSeconds: number;
}

export class RequestBytes implements AsyncIterable<Uint8Array> {
  readonly #request: IncomingMessage;
  readonly #limits: ByteLimits;
  readonly #chunks: Uint8Array[] = [];
  #received = 0;
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** Reads on demand. @throws HttpError BodyTooLarge when the Content-Length is above the limit. */
  constructor(request: IncomingMessage, limits: ByteLimits) {
    this.#request = request;
    this.#limits = limits;
    if (Number(request.headers['content-length'] ?? 0) > limits.maximumBytes) throw this.#tooLarge();
    request.pause();
    request.on('data', this.#onData);
    request.on('end', () => this.#settle(undefined));
    request.on('error', () => this.#settle(disconnected()));
    request.on('close', () => this.#settle(this.#ended ? undefined : disconnected()));
  }

  /**
   * The chunks as they arrive. @throws HttpError BodyTooLarge, RequestTimeout, or ClientClosedRequest when the
   * connection breaks.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#failure !== undefined) throw this.#failure;
      else if (this.#ended) return;
      else await this.#more();
    }
  }

  /**
   * Reads and drops the rest, so that a client that is still sending can read the answer. Settles when the request has
   * ended or a limit is reached.
   */
  discard({ idleSeconds, totalSeconds }: Patience): Promise<void> {
    this.#request.off('data', this.#onData);
    this.#chunks.length = 0;
    // A reader that still waits gets this error.
    this.#failure ??= disconnected();
    this.#wake?.();
    if (this.#ended || this.#request.destroyed) return Promise.resolve();
    return new Promise(resolve => {
      const settle = () => {
        clearTimeout(idle);
        clearTimeout(total);
        resolve();
      };
      const total = setTimeout(settle, totalSeconds * 1000);
      let idle = setTimeout(settle, idleSeconds * 1000);
      this.#wake = settle;
      this.#request.on('data', () => {
        clearTimeout(idle);
        idle = setTimeout(settle, idleSeconds * 1000);
      });
      this.#request.resume();
    });
  }

  readonly #onData = (chunk: Uint8Array): void => {
    this.#received += chunk.length;
    this.#chunks.push(chunk);
    this.#request.pause();
    if (this.#received > this.#limits.maximumBytes) this.#failure ??= this.#tooLarge();
    this.#wake?.();
  };

  #settle(failure: Error | undefined): void {
    this.#ended = true;
    this.#failure ??= failure;
    this.#wake?.();
  }

  #more(): Promise<void> {
    return new Promise((resolve, reject) => {
      const { idleSeconds } = this.#limits;
      const timer = setTimeout(() => {
        this.#wake = undefined;
        reject(new HttpError('RequestTimeout', `no byte of the upload arrived for ${idleSeconds} s`));
      }, idleSeconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      this.#request.resume();
    });
  }

  #tooLarge(): HttpError {
    const { maximumBytes } = this.#limits;
    return new HttpError('BodyTooLarge', `the upload is larger than ${maximumBytes} bytes`, {
      limitBytes: maximumBytes,
    });
  }
}

function disconnected(): HttpError {
  return new HttpError('ClientClosedRequest', 'the client disconnected before the upload was complete');
}
