/**
 * Requests to the API server: credentials, time limits, repeated attempts, and a word to metrics about each of them.
 */
import type { IncomingMessage } from 'node:http';
import { retryAfterSeconds } from '../../backoff.ts';
import type { ApiError } from '../client.ts';
import { pause, systemClock } from '../clock.ts';
import type { Connection } from './connection.ts';
import { type Request, readBody, send } from './exchange.ts';
import { answerError, networkError } from './failures.ts';
import { limited } from './limits.ts';
import { retryDelay } from './retries.ts';

/** One attempt at a call, for metrics. */
export interface Call {
  readonly method: string;
  readonly host: string;
  /** HTTP status; 0 when there was no answer. */
  readonly code: number;
  /** To the first byte of the answer for a watch, to the last for everything else. */
  readonly seconds: number;
  /** The kind's plural; '' for discovery. */
  readonly resource: string;
}

/** Milliseconds. */
export interface TimeLimits {
  /** One attempt at anything but a watch. */
  readonly request: number;
  /**
   * Until a watch begins to answer; how long it may then be silent is for the caller to judge, who knows of
   * bookmarks.
   */
  readonly firstByte: number;
}

export interface TransportOptions {
  readonly userAgent: string;
  /** Announcements of every attempt; must not throw. */
  readonly observe?: (call: Call) => void;
  /**
   * Asked before every attempt but a watch's, those that repeat one too; what it throws keeps the request from being
   * sent.
   */
  readonly permit?: (attempt: Pick<Call, 'method' | 'resource'>) => void;
  readonly limits?: Partial<TimeLimits>;
  readonly random?: () => number;
}

const LIMITS: TimeLimits = { request: 15_000, firstByte: 15_000 };

interface Answer {
  readonly code: number;
  readonly body: string;
  readonly retryAfter: number | undefined;
}

const NEVER = new AbortController().signal;

/** What carries every request of one client; the user agent names it. */
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

  /** Ends all connections; calls under way fail. */
  close(): void {
    this.#connection.close();
  }

  /**
   * The body of the answer; failures that pass are waited out a little.
   * @throws ApiError
   */
  async call(request: Request, signal: AbortSignal = NEVER): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const { error, retryAfter, body } = await this.#attempt(request, signal);
      if (error === null) return body;
      const delay = retryDelay({ method: request.method, error, retryAfter, attempt }, this.#random);
      if (delay === null || signal.aborted) throw error;
      await pause(systemClock, delay, signal);
    }
  }

  /**
   * The answer to a request whose body goes on, such as a watch: its head has come, its body is yet to be read.
   * @param what names the request in failures
   * @throws ApiError, also for an answer that is not 200
   */
  async open(request: Request, what: string, signal: AbortSignal): Promise<IncomingMessage> {
    const { code, head } = await this.#timed(request, async () => {
      const head = await limited(this.#limits.firstByte, signal, cut =>
        send(this.#connection, request, this.#userAgent, cut),
      ).catch(error => Promise.reject(this.#unanswered(what, error)));
      return { code: head.statusCode ?? 0, head };
    });
    if (code === 200) return head;
    throw answerError(code, await limited(this.#limits.request, signal, () => readBody(head)));
  }

  async #attempt(
    request: Request,
    signal: AbortSignal,
  ): Promise<{ error: ApiError | null; retryAfter: number | undefined; body: string }> {
    try {
      this.#permit(request);
      const { code, body, retryAfter } = await this.#timed(request, () => this.#answer(request, signal));
      return { error: code >= 300 ? answerError(code, body) : null, retryAfter, body };
    } catch (error) {
      const what = `${request.method} ${request.path.replace(/\?.*/, '')}`;
      return { error: this.#unanswered(what, error), retryAfter: undefined, body: '' };
    }
  }

  #unanswered(what: string, error: unknown): ApiError {
    const failure = networkError(what, error);
    // Where one connection is dead and nobody says so, the others in the pool are likely dead too.
    if (failure.reason === 'Timeout') this.#connection.renew();
    return failure;
  }

  #answer(request: Request, signal: AbortSignal): Promise<Answer> {
    return limited(this.#limits.request, signal, async cut => {
      const response = await send(this.#connection, request, this.#userAgent, cut);
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
      const answer = await run();
      code = answer.code;
      return answer;
    } finally {
      const { method, resource } = request;
      const seconds = (performance.now() - begin) / 1000;
      this.#observe({ method, host: this.#connection.server.host, code, seconds, resource });
    }
  }
}
