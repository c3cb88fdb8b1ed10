/**
 * Writes the answer. Nothing is sent before the first block of rows is predicted, so that an error until then gets an
 * error status. An answer that fails later never looks complete: the connection is closed before the last chunk, and
 * JSON and NDJSON end with an `error` instead of a summary.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError } from '../errors.ts';
import type { Problem } from './problem.ts';
import { csvHeader, type Format } from './row-writer.ts';

const contentTypes: Readonly<Record<Format, string>> = {
  json: 'application/json; charset=utf-8',
  ndjson: 'application/x-ndjson; charset=utf-8',
  csv: 'text/csv; charset=utf-8',
};

export interface Summary {
  input: 'ohlcv' | 'indicators';
  /** Rows in the answer. */
  rows: number;
  predicted: number;
  /** Rows too early for the windows: their prediction is null. */
  warming_up: number;
  /** Bad rows left out of the answer. */
  skipped: number;
  /** The first of them. */
  errors: Problem[];
}

export interface ModelName {
  readonly name: string;
  readonly version: string;
}

/** Bytes of the answer buffered for a client that reads nothing until it has sent everything, as browsers do. */
const bufferedBytes = 16 * 1024 * 1024;

/** A client that is still sending and reads nothing for this time is treated as one that reads only afterwards. */
const unreadSeconds = 0.1;

/** Whether the answer can be chunked and have trailers: not in HTTP/1.0. The last chunk proves an answer complete. */
export function hasChunks({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor > 1 || httpVersionMinor > 0;
}

export class AnswerStream {
  /** Whether anything has been sent. The status cannot change after that. */
  started = false;
  readonly #response: ServerResponse;
  readonly #format: Format;
  readonly #model: ModelName;
  readonly #stallSeconds: number;
  #empty = true;
  /** Whether the client reads nothing while it sends. */
  #isUnread = false;

  constructor(response: ServerResponse, format: Format, model: ModelName, stallSeconds: number) {
    this.#response = response;
    this.#format = format;
    this.#model = { name: model.name, version: model.version };
    this.#stallSeconds = stallSeconds;
  }

  /**
   * Sends rows and waits until the client has read most of them. `onSent` is called when their memory is free again.
   * @throws HttpError ClientClosedRequest when the client reads nothing for too long.
   */
  async write(rows: Uint8Array, onSent?: () => void): Promise<void> {
    this.#start();
    if (rows.length === 0) return;
    // The first row of the JSON array has no comma before it.
    const bytes = this.#empty && this.#format === 'json' ? rows.subarray(1) : rows;
    this.#empty = false;
    if (this.#response.write(bytes, () => onSent?.())) return;
    // A browser reads only after sending, and this server would wait for it to read: a deadlock without the buffer.
    const mayBuffer = !this.#response.req.complete && this.#response.writableLength < bufferedBytes;
    if (mayBuffer && this.#isUnread) return;
    const isRead = await this.#drained(mayBuffer ? unreadSeconds : this.#stallSeconds);
    this.#isUnread = !isRead;
    if (!isRead && !mayBuffer) {
      throw new HttpError('ClientClosedRequest', 'the client has stopped reading the answer');
    }
  }

  /** Ends a complete answer. */
  end(summary: Summary): void {
    this.#start();
    this.#response.addTrailers({
      'Bellwether-Rows': String(summary.rows),
      'Bellwether-Skipped': String(summary.skipped),
    });
    if (this.#format === 'json') this.#response.end(`\n],"summary":${JSON.stringify(summary)}}\n`);
    else if (this.#format === 'ndjson')
      this.#response.end(`${JSON.stringify({ model: this.#model, summary })}\n`);
    else this.#response.end();
  }

  /**
   * Writes the error if the format allows it, and settles when it has been sent or the client has stopped reading. The
   * caller must then close the connection.
   */
  async fail(error: HttpError): Promise<void> {
    if (error.code === 'ClientClosedRequest' || this.#response.destroyed) return;
    const body = JSON.stringify(error.body);
    const ending = { json: `\n],${body.slice(1)}\n`, ndjson: `${body}\n`, csv: '' }[this.#format];
    if (ending !== '') this.#response.write(ending);
    await this.#flushed();
  }

  /** Settles when everything written has been sent, or the client has disconnected or stopped reading. */
  #flushed(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#stallSeconds * 1000);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#response.once('close', done);
      // An empty write, whose callback runs after all earlier writes.
      this.#response.socket?.write('', done);
    });
  }

  #start(): void {
    if (this.started) return;
    this.started = true;
    const { name, version } = this.#model;
    this.#response.statusCode = 200;
    this.#response.setHeader('Content-Type', contentTypes[this.#format]);
    this.#response.setHeader('Bellwether-Model', `${name}/${version}`);
    if (hasChunks(this.#response.req)) {
      this.#response.setHeader('Trailer', 'Bellwether-Rows, Bellwether-Skipped');
    }
    if (this.#format === 'csv') this.#response.write(csvHeader);
    if (this.#format === 'json') {
      this.#response.write(`{"model":${JSON.stringify(this.#model)},"predictions":[`);
    }
  }

  /** Whether the client read what was written within the time. @throws HttpError when it has disconnected. */
  async #drained(seconds: number): Promise<boolean> {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), seconds * 1000);
    const closed = () => stop.abort();
    this.#response.once('close', closed);
    try {
      await once(this.#response, 'drain', { signal: stop.signal });
      return true;
    } catch {
      if (!this.#response.destroyed) return false;
      throw new HttpError('ClientClosedRequest', 'the client disconnected before the answer was complete');
    } finally {
      clearTimeout(timer);
      this.#response.off('close', closed);
    }
  }
}
