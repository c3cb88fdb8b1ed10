/** The contract of client.ts over HTTP, with connections that are reused. */

import {
  ApiError,
  type DeleteOptions,
  type KubernetesClient,
  type ListOptions,
  type ObjectList,
  type WatchEvent,
  type WatchOptions,
} from './client.ts';
import { pause, systemClock } from './clock.ts';
import type { Connection } from './http/connection.ts';
import { type Request, readBody, send } from './http/exchange.ts';
import { answerError, networkError } from './http/failures.ts';
import { limited } from './http/limits.ts';
import { query, resourcePath, versionPath } from './http/paths.ts';
import { parseRetryAfter, retryDelay } from './http/retries.ts';
import { readEvents } from './http/watch-events.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from './resource.ts';

export { type Connection, connectionOf, loadConnection } from './http/connection.ts';

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
  /** Until a watch begins to answer; how long it may then be silent is for the caller to judge, who knows of bookmarks. */
  readonly firstByte: number;
}

export interface ClientOptions {
  /** Whose fields server-side apply sets. */
  readonly fieldManager: string;
  readonly userAgent?: string;
  /** Told of every attempt; must not throw. */
  readonly observe?: (call: Call) => void;
  /** Asked before every attempt, those that repeat one too; what it throws keeps the request from being sent. */
  readonly permit?: (attempt: Pick<Call, 'method' | 'resource'>) => void;
  readonly limits?: Partial<TimeLimits>;
  readonly random?: () => number;
}

const LIMITS: TimeLimits = { request: 15_000, firstByte: 15_000 };

interface Answer {
  readonly code: number;
  readonly body: string;
  readonly retryAfter: number | null;
}

const NEVER = new AbortController().signal;

/** A client of the API server over HTTP. */
export function createClient(connection: Connection, options: ClientOptions): HttpClient {
  return new HttpClient(connection, options);
}

export class HttpClient implements KubernetesClient {
  readonly #connection: Connection;
  readonly #fieldManager: string;
  readonly #userAgent: string;
  readonly #observe: (call: Call) => void;
  readonly #permit: (attempt: Pick<Call, 'method' | 'resource'>) => void;
  readonly #limits: TimeLimits;
  readonly #random: () => number;

  constructor(connection: Connection, options: ClientOptions) {
    this.#connection = connection;
    this.#fieldManager = options.fieldManager;
    this.#userAgent = options.userAgent ?? options.fieldManager;
    this.#observe = options.observe ?? (() => undefined);
    this.#permit = options.permit ?? (() => undefined);
    this.#limits = { ...LIMITS, ...options.limits };
    this.#random = options.random ?? Math.random;
  }

  /** Ends all connections; calls under way fail. */
  close(): void {
    this.#connection.close();
  }

  async get(type: ResourceType, namespace: string, name: string): Promise<KubernetesObject | null> {
    try {
      return await this.#object(type, { method: 'GET', path: resourcePath(type, { namespace, name }) });
    } catch (error) {
      if (isNotFound(error)) return null;
      throw error;
    }
  }

  async list(type: ResourceType, options: ListOptions): Promise<ObjectList> {
    const { namespace, labelSelector, limit, resourceVersion, signal } = options;
    const parameters = { labelSelector, limit, continue: options.continue, resourceVersion };
    const path = resourcePath(type, { namespace }) + query(parameters);
    const answer = await this.#call({ method: 'GET', path, resource: type.plural }, signal);
    return readList(type, answer);
  }

  async *watch(type: ResourceType, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const { namespace, labelSelector, resourceVersion, timeoutSeconds, signal } = options;
    const parameters = { watch: 'true', allowWatchBookmarks: 'true', labelSelector, resourceVersion };
    const path = resourcePath(type, { namespace }) + query({ ...parameters, timeoutSeconds });
    const request: Request = { method: 'GET', path, resource: type.plural };
    const what = `watch of ${type.plural}`;
    const response = await this.#timed(request, async () => {
      const head = await limited(this.#limits.firstByte, signal, cut =>
        send(this.#connection, request, this.#userAgent, cut),
      ).catch(error => Promise.reject(this.#unanswered(what, error)));
      return { code: head.statusCode ?? 0, head };
    });
    if (response.code === 200) {
      options.opened?.();
      yield* readEvents(response.head, what, signal);
      return;
    }
    throw answerError(
      response.code,
      await limited(this.#limits.request, signal, () => readBody(response.head)),
    );
  }

  create(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject> {
    // Else the server drops the fields that it doesn't know, such as a user's misspelt ones, without a word.
    const parameters = { fieldManager: this.#fieldManager, fieldValidation: 'Strict' };
    const path = resourcePath(type, { namespace: object.metadata.namespace }) + query(parameters);
    return this.#object(type, { method: 'POST', path, body: object });
  }

  apply(type: ResourceType, object: KubernetesObject, subresource?: 'status'): Promise<KubernetesObject> {
    const { namespace, name } = object.metadata;
    const parameters = { fieldManager: this.#fieldManager, force: 'true' };
    return this.#object(type, {
      method: 'PATCH',
      path: resourcePath(type, { namespace, name, subresource }) + query(parameters),
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  }

  merge(type: ResourceType, namespace: string, name: string, patch: unknown): Promise<KubernetesObject> {
    return this.#object(type, {
      method: 'PATCH',
      path: resourcePath(type, { namespace, name }) + this.#manager(),
      contentType: 'application/merge-patch+json',
      body: patch,
    });
  }

  replace(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject> {
    const { namespace, name } = object.metadata;
    const path = resourcePath(type, { namespace, name }) + this.#manager();
    return this.#object(type, { method: 'PUT', path, body: object });
  }

  async delete(
    type: ResourceType,
    namespace: string,
    name: string,
    options: DeleteOptions,
  ): Promise<boolean> {
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: options.propagation,
      ...(options.uid === undefined ? {} : { preconditions: { uid: options.uid } }),
    };
    const path = resourcePath(type, { namespace, name });
    try {
      await this.#call({ method: 'DELETE', path, resource: type.plural, body });
      return true;
    } catch (error) {
      // A conflict says that another object has the name by now.
      const gone = isNotFound(error) || (options.uid !== undefined && isConflict(error));
      if (gone) return false;
      throw error;
    }
  }

  async serves(type: ResourceType): Promise<boolean> {
    try {
      const body = await this.#call({ method: 'GET', path: versionPath(type), resource: '' });
      const { resources = [] } = JSON.parse(body) as { resources?: readonly { name: string }[] };
      return resources.some(({ name }) => name === type.plural);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return false;
      throw error;
    }
  }

  #manager(): string {
    return query({ fieldManager: this.#fieldManager });
  }

  async #object(type: ResourceType, request: Omit<Request, 'resource'>): Promise<KubernetesObject> {
    return parse<KubernetesObject>(await this.#call({ ...request, resource: type.plural }));
  }

  /** The body of the answer; failures that pass are waited out a little. */
  async #call(request: Request, signal: AbortSignal = NEVER): Promise<string> {
    for (let attempt = 1; ; attempt++) {
      const { error, retryAfter, body } = await this.#attempt(request, signal);
      if (error === null) return body;
      const delay = retryDelay({ method: request.method, error, retryAfter, attempt }, this.#random);
      if (delay === null || signal.aborted) throw error;
      await pause(systemClock, delay, signal);
    }
  }

  async #attempt(
    request: Request,
    signal: AbortSignal,
  ): Promise<{ error: ApiError | null; retryAfter: number | null; body: string }> {
    try {
      this.#permit(request);
      const { code, body, retryAfter } = await this.#timed(request, () => this.#answer(request, signal));
      return { error: code >= 300 ? answerError(code, body) : null, retryAfter, body };
    } catch (error) {
      const what = `${request.method} ${request.path.replace(/\?.*/, '')}`;
      return { error: this.#unanswered(what, error), retryAfter: null, body: '' };
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
      const retryAfter = parseRetryAfter(response.headers['retry-after']);
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

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404 && error.reason === 'NotFound';
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409;
}

function parse<T>(body: string): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw new ApiError(0, 'Garbage', `the answer is no JSON: ${body.slice(0, 100)}`, error);
  }
}

/** Items of built-in kinds come without their kind: it is written back. */
function readList(type: ResourceType, body: string): ObjectList {
  const { items, metadata } = parse<{
    items: readonly KubernetesObject[] | null;
    metadata: { resourceVersion: string; continue?: string };
  }>(body);
  const identity = { apiVersion: apiVersionOf(type), kind: type.kind };
  return {
    items: (items ?? []).map(item => ({ ...identity, ...item })),
    resourceVersion: metadata.resourceVersion,
    ...(metadata.continue ? { continue: metadata.continue } : {}),
  };
}
