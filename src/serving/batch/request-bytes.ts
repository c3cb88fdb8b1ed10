/** The bytes of a request, pulled: the socket is read only a little ahead of demand. */
import type { IncomingMessage } from 'node:http';
import { HttpError } from '../errors.ts';
import { WaitBudget, type WaitLimits } from './wait-budget.ts';

export interface ByteLimits extends WaitLimits {
  /** Bytes accepted, as sent. */
  readonly maximumBytes: number;
}

/** How long a client may continue to send data that is discarded. */
export interface Patience {
  /** From one byte to the next. */
  readonly idleSeconds: number;
  readonly totalSeconds: number;
}

/** Bytes read ahead of demand: a socket shows that the client has disconnected only when all before that is read. */
const aheadBytes = 256 * 1024;

export class RequestBytes implements AsyncIterable<Uint8Array> {
  readonly #request: IncomingMessage;
  readonly #maximumBytes: number;
  readonly #waits: WaitBudget;
  #chunks: Buffer[] = [];
  #ahead = 0;
  #received = 0;
  #ended = false;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;

  /** Reads on demand. @throws HttpError BodyTooLarge when the Content-Length is above the limit. */
  constructor(request: IncomingMessage, limits: ByteLimits) {
    this.#request = request;
    this.#maximumBytes = limits.maximumBytes;
    this.#waits = new WaitBudget(limits);
    if (Number(request.headers['content-length'] ?? 0) > limits.maximumBytes) throw this.#tooLarge();
    request.on('readable', this.#onReadable);
    request.on('end', () => this.#settle(undefined));
    request.on('error', () => this.#settle(disconnected()));
    request.on('close', () => this.#settle(this.#ended ? undefined : disconnected()));
  }

  /**
   * The chunks as they arrive. @throws HttpError BodyTooLarge, RequestTimeout, ClientClosedRequest when the connection
   * breaks, or the error of `fail`.
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const chunks = this.#chunks;
      if (chunks.length > 0) {
        this.#chunks = [];
        this.#ahead = 0;
        for (const chunk of chunks) {
          yield chunk;
          if (this.#failure !== undefined) throw this.#failure;
        }
        this.#onReadable();
      } else if (this.#ended) return;
      else await this.#more();
    }
  }

  /** Records that a row of the upload has arrived. */
  row(): void {
    this.#waits.row();
  }

  /** Ends the reading with an error. */
  fail(error: Error): void {
    this.#failure ??= error;
    this.#wake?.();
  }

  /**
   * Reads and drops the rest, so that a client that is still sending can read the answer. Settles when the request has
   * ended or a limit is reached.
   */
  discard({ idleSeconds, totalSeconds }: Patience): Promise<void> {
    this.#request.off('readable', this.#onReadable);
    // A reader that still waits gets this error.
    this.fail(disconnected());
    this.#chunks = [];
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

  readonly #onReadable = (): void => {
    if (this.#ahead >= aheadBytes || this.#failure !== undefined) return;
    // All that has arrived in one piece, since a client may send chunks of one byte.
    const chunk: Buffer | null = this.#request.read();
    if (chunk === null) return;
    this.#chunks.push(chunk);
    this.#ahead += chunk.length;
    this.#received += chunk.length;
    if (this.#received > this.#maximumBytes) this.fail(this.#tooLarge());
    this.#wake?.();
  };

  #settle(failure: Error | undefined): void {
    this.#ended = true;
    this.#failure ??= failure;
    this.#wake?.();
  }

  async #more(): Promise<void> {
    const { seconds, error } = this.#waits.next();
    const start = performance.now();
    await new Promise<void>(resolve => {
      const end = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
      const timer = setTimeout(() => this.fail(error()), seconds * 1000);
      this.#wake = end;
    });
    this.#waits.waited((performance.now() - start) / 1000, this.#ahead);
  }

  #tooLarge(): HttpError {
    const limitBytes = this.#maximumBytes;
    return new HttpError('BodyTooLarge', `the upload is larger than ${limitBytes} bytes: split it`, {
      limitBytes,
    });
  }
}

function disconnected(): HttpError {
  return new HttpError('ClientClosedRequest', 'the client disconnected before the upload was complete');
}
