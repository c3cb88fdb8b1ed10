/**
 * The answer as it is written. Nothing is sent before the first block of rows is there, so that whatever is wrong
 * by then gets an error status of its own. An answer that fails later never looks complete: its connection is
 * broken off before the last chunk, JSON and NDJSON end in an `error`, and neither they nor CSV have a summary.
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

/** Bytes of the answer held for a client that reads nothing before it has sent everything, as browsers do. */
const heldBytes = 16 * 1024 * 1024;

/** How long a client that is still sending may read nothing before it is taken for one that will not. */
const patienceSeconds = 0.1;

/** Whether an answer can be in chunks, whose last one proves it whole, and can have trailers: not in HTTP/1.0. */
export function hasChunks({ httpVersionMajor, httpVersionMinor }: IncomingMessage): boolean {
  return httpVersionMajor > 1 || httpVersionMinor > 0;
}

export class AnswerStream {
  /** Whether anything has been sent: then the status can no longer change. */
  started = false;
  readonly #response: ServerResponse;
  readonly #format: Format;
  readonly #model: ModelName;
  readonly #stallSeconds: number;
  #empty = true;
  /** The client has been seen to read nothing while it sends. */
  #isUnread = false;

  constructor(response: ServerResponse, format: Format, model: ModelName, stallSeconds: number) {
    this.#response = response;
    this.#format = format;
    this.#model = { name: model.name, version: model.version };
    this.#stallSeconds = stallSeconds;
  }

  /**
   * Sends rows and waits until the client has taken most of them. `onSent` is called when their memory is free again.
   * @throws HttpError when the client takes none for too long.
   */
  async write(rows: Uint8Array, onSent?: () => void): Promise<void> {
    this.#start();
    if (rows.length === 0) return;
    // The first row of the JSON array has no comma before it.
    const bytes = this.#empty && this.#format === 'json' ? rows.subarray(1) : rows;
    this.#empty = false;
    if (this.#response.write(bytes, () => onSent?.())) return;
    // Waiting for a browser that is still sending would be waiting for each other.
    const mayHold = !this.#response.req.complete && this.#response.writableLength < heldBytes;
    if (mayHold && this.#isUnread) return;
    const isRead = await this.#drained(mayHold ? patienceSeconds : this.#stallSeconds);
    this.#isUnread = !isRead;
    if (!isRead && !mayHold) {
      throw new HttpError('ClientClosedRequest', 'the client takes no more of the answer');
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
   * Says what went wrong where the form allows it, and settles when that has left or the client takes no more. The
   * connection must be broken off then.
   */
  async fail(error: HttpError): Promise<void> {
    if (error.code === 'ClientClosedRequest' || this.#response.destroyed) return;
    const body = JSON.stringify(error.body);
    const ending = { json: `\n],${body.slice(1)}\n`, ndjson: `${body}\n`, csv: '' }[this.#format];
    if (ending !== '') this.#response.write(ending);
    await this.#flushed();
  }

  /** Settles when all that was written has left, the client has gone, or takes nothing for too long. */
  #flushed(): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(resolve, this.#stallSeconds * 1000);
      const done = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#response.once('close', done);
      // Nothing, but behind everything else.
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

  /** Whether the client took what was written within the time. @throws HttpError when it has gone. */
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
      throw new HttpError('ClientClosedRequest', 'the client went away before its answer was whole');
    } finally {
      clearTimeout(timer);
      this.#response.off('close', closed);
    }
  }
}
