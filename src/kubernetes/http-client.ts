/** Implements the client of client.ts over HTTP, with connection reuse. */
import {
  ApiError,
  type ApplyOptions,
  type DeleteOptions,
  type JsonPatchOperation,
  type KubernetesClient,
  type ListOptions,
  type ObjectList,
  type WatchEvent,
  type WatchOptions,
} from './client.ts';
import type { Connection } from './http/connection.ts';
import { query, resourcePath, versionPath } from './http/paths.ts';
import type { Request } from './http/request.ts';
import { parseBody, readList } from './http/responses.ts';
import { Transport, type TransportOptions } from './http/transport.ts';
import { readEvents } from './http/watch-events.ts';
import type { KubernetesObject, ResourceType } from './resource.ts';

export { type Connection, connectionOf, loadConnection } from './http/connection.ts';
export type { Call } from './http/transport.ts';

export interface ClientOptions extends Omit<TransportOptions, 'userAgent'> {
  /** The field manager of every write; also the user agent. */
  readonly fieldManager: string;
}

/** A client of the API server over HTTP. */
export function createClient(connection: Connection, options: ClientOptions): HttpClient {
  return new HttpClient(connection, options);
}

/** Builds the requests, which `http/transport.ts` sends. */
export class HttpClient implements KubernetesClient {
  readonly #transport: Transport;
  readonly #fieldManager: string;

  constructor(connection: Connection, options: ClientOptions) {
    this.#transport = new Transport(connection, { ...options, userAgent: options.fieldManager });
    this.#fieldManager = options.fieldManager;
  }

  /** Closes all connections; pending calls fail. */
  close(): void {
    this.#transport.close();
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
    const { namespace, labelSelector, fieldSelector, limit, resourceVersion, signal } = options;
    const parameters = { labelSelector, fieldSelector, limit, continue: options.continue, resourceVersion };
    const path = resourcePath(type, { namespace }) + query(parameters);
    const body = await this.#transport.call({ method: 'GET', path, resource: type.plural }, signal);
    return readList(type, body);
  }

  async *watch(type: ResourceType, options: WatchOptions): AsyncGenerator<WatchEvent> {
    const { namespace, labelSelector, resourceVersion, timeoutSeconds, signal } = options;
    const parameters = { watch: 'true', allowWatchBookmarks: 'true', labelSelector, resourceVersion };
    const path = resourcePath(type, { namespace }) + query({ ...parameters, timeoutSeconds });
    const request: Request = { method: 'GET', path, resource: type.plural };
    const what = `watch of ${type.plural}`;
    const response = await this.#transport.open(request, what, signal);
    options.opened?.();
    yield* readEvents(response, what, signal);
  }

  create(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject> {
    const path = resourcePath(type, { namespace: object.metadata.namespace }) + this.#writeQuery();
    return this.#object(type, { method: 'POST', path, body: object });
  }

  apply(
    type: ResourceType,
    object: KubernetesObject,
    { subresource, force = true }: ApplyOptions = {},
  ): Promise<KubernetesObject> {
    const { namespace, name } = object.metadata;
    const parameters = { force: String(force), ...strictUnless(subresource === 'status') };
    return this.#object(type, {
      method: 'PATCH',
      path:
        resourcePath(type, { namespace, name, subresource }) +
        query({ fieldManager: this.#fieldManager, ...parameters }),
      contentType: 'application/apply-patch+yaml',
      body: object,
    });
  }

  merge(type: ResourceType, namespace: string, name: string, patch: unknown): Promise<KubernetesObject> {
    return this.#object(type, {
      method: 'PATCH',
      path: resourcePath(type, { namespace, name }) + this.#writeQuery(),
      contentType: 'application/merge-patch+json',
      body: patch,
    });
  }

  patch(
    type: ResourceType,
    namespace: string,
    name: string,
    operations: readonly JsonPatchOperation[],
  ): Promise<KubernetesObject> {
    return this.#object(type, {
      method: 'PATCH',
      path: resourcePath(type, { namespace, name }) + this.#writeQuery(),
      contentType: 'application/json-patch+json',
      body: operations,
    });
  }

  replace(type: ResourceType, object: KubernetesObject): Promise<KubernetesObject> {
    const { namespace, name } = object.metadata;
    const path = resourcePath(type, { namespace, name }) + this.#writeQuery();
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
      await this.#transport.call({ method: 'DELETE', path, resource: type.plural, body });
      return true;
    } catch (error) {
      // A conflict means that the name now belongs to another object.
      const gone = isNotFound(error) || (options.uid !== undefined && isConflict(error));
      if (gone) return false;
      throw error;
    }
  }

  async serves(type: ResourceType): Promise<boolean> {
    try {
      const body = await this.#transport.call({ method: 'GET', path: versionPath(type), resource: '' });
      const { resources = [] } = JSON.parse(body) as { resources?: readonly { name: string }[] };
      return resources.some(({ name }) => name === type.plural);
    } catch (error) {
      if (error instanceof ApiError && error.code === 404) return false;
      throw error;
    }
  }

  #writeQuery(): string {
    return query({ fieldManager: this.#fieldManager, ...strictUnless(false) });
  }

  async #object(type: ResourceType, request: Omit<Request, 'resource'>): Promise<KubernetesObject> {
    return parseBody<KubernetesObject>(await this.#transport.call({ ...request, resource: type.plural }));
  }
}

/**
 * Otherwise the server silently drops unknown fields, such as misspelt ones in a user's pod template. A status has only
 * fields of the operator; with an older CRD in the cluster, those that it lacks are dropped and the rest is written.
 */
function strictUnless(status: boolean): { fieldValidation?: 'Strict' } {
  return status ? {} : { fieldValidation: 'Strict' };
}

function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.code === 404 && error.reason === 'NotFound';
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.code === 409;
}
