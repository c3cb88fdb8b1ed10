/** Requests to the API server, with credentials, time limits, retries and metrics. */
import type { IncomingMessage } from 'node:http';
import { retryAfterSeconds } from '../../backoff.ts';
import { ApiError } from '../client.ts';
import { pause, systemClock } from '../clock.ts';
import type { Connection } from './connection.ts';
import { networkError, responseError } from './errors.ts';
import { type Request, readBody, send } from './request.ts';
import { retryDelay } from './retries.ts';
import { withTimeLimit } from './time-limit.ts';

/** One attempt of a call, for metrics. */
export interface Call {
  readonly method: string;
  readonly host: string;
  /** HTTP status; 0 if there was no response. */
  readonly code: number;
  /** Until the headers of the response for a watch, until its end for everything else. */
  readonly seconds: number;
  /** The kind's plural; '' for discovery. */
  readonly resource: string;
}

/** Milliseconds. */
export interface TimeLimits {
  /** For one attempt, except a watch's. */
  readonly request: number;
  /** Until the headers of a watch's response. After that the caller limits the silence, since it sees bookmarks. */
  readonly firstByte: number;
}

export interface TransportOptions {
  readonly userAgent: string;
  /** Called after every attempt; must not throw. */
  readonly observe?: (call: Call) => void;
  /** Called before every attempt except a watch's, retries included. If it throws, the request is not sent. */
  readonly permit?: (attempt: Pick<Call, 'method' | 'resource'>) => void;
  readonly limits?: Partial<TimeLimits>;
  readonly random?: () => number;
}

const LIMITS: TimeLimits = { request: 15_000, firstByte: 15_000 };

interface Response {
  readonly code: number;
  readonly body: string;
  readonly retryAfter: number | undefined;
}

const NEVER = new AbortController().signal;

/** Sends the requests of one client. */
export class Transport {
  readonly #connection: Connection;
  readonly #userAgent: string;
  readonly #observe: (call: Call) => void;
  readonly #permit: (attempt: Pick<Call, 'method' | 'resource'>) => void;
  readonly #limits: TimeLimits;
  readonly #random: () => number;

  constructor(connection: Connection, options: TransportOptions) {
    this.#connection = connection;
    this.#userAgent = options.userAgent;
    this.#observe = options.observe ?? (() => undefined);
    this.#permit = options.permit ?? (() => undefined);
    this.#limits = { ...LIMITS, ...options.limits };
    this.#random = options.random ?? Math.random;
  }

  /** Closes all connections; pending calls fail. */
  close(): void {
    this.#connection.close();
  }

  /**
   * The body of the response. Transient failures are retried.
   * @throws ApiError
   */
  async call(request: Request, signal: AbortSignal = NEVER): Promise<string> {
    let isResent = false;
    for (let attempt = 1; ; attempt++) {
      const { error, retryAfter, body } = await this.#attempt(request, signal);
      if (error === null) return body;
      const delay = retryDelay({ method: request.method, error, retryAfter, attempt }, this.#random);
      if (delay === null || signal.aborted) {
        throw isResent ? new ApiError(error.code, error.reason, error.message, error.cause, true) : error;
      }
      isResent ||= error.code === 0 && error.reason !== 'ECONNREFUSED';
      await pause(systemClock, delay, signal);
    }
  }

  /**
   * A streaming response, such as a watch's: its headers have arrived, its body is not read.
   * @param what names the request in errors
   * @throws ApiError, also for a status other than 200
   */
  async open(request: Request, what: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { code, head } = await this.#timed(request, async () => {
      const head = await withTimeLimit(this.#limits.firstByte, signal, limited =>
        send(this.#connection, request, this.#userAgent, limited),
      ).catch(error => Promise.reject(this.#requestError(what, error)));
      return { code: head.statusCode ?? 0, head };
    });
    if (code === 200) return head;
    throw responseError(code, await withTimeLimit(this.#limits.request, signal, () => readBody(head)));
  }

  async #attempt(
    request: Request,
    signal: AbortSignal,
  ): Promise<{ error: ApiError | null; retryAfter: number | undefined; body: string }> {
    try {
      this.#permit(request);
      const { code, body, retryAfter } = await this.#timed(request, () => this.#exchange(request, signal));
      return { error: code >= 300 ? responseError(code, body) : null, retryAfter, body };
    } catch (error) {
      const what = `${request.method} ${request.path.replace(/\?.*/, '')}`;
      return { error: this.#requestError(what, error), retryAfter: undefined, body: '' };
    }
  }

  #requestError(what: string, error: unknown): ApiError {
    const failure = networkError(what, error);
    // If one connection is silently dead, the others in the pool are probably dead too.
    if (failure.reason === 'Timeout') this.#connection.renew();
    return failure;
  }

  #exchange(request: Request, signal: AbortSignal): Promise<Response> {
    return withTimeLimit(this.#limits.request, signal, async limited => {
      const response = await send(this.#connection, request, this.#userAgent, limited);
      const body = await readBody(response);
      const { 'retry-after': after, date } = response.headers;
      const retryAfter = retryAfterSeconds(after, date);
      return { code: response.statusCode ?? 0, body, retryAfter };
    });
  }

  async #timed<T extends { readonly code: number }>(request: Request, run: () => Promise<T>): Promise<T> {
    const begin = performance.now();
    let code = 0;
    try {
      const response = await run();
      code = response.code;
      return response;
    } finally {
      const { method, resource } = request;
      const seconds = (performance.now() - begin) / 1000;
      this.#observe({ method, host: this.#connection.server.host, code, seconds, resource });
    }
  }
}
