/**
 * An in-memory API server over HTTP with fault injection, for tests of clients and controllers. Tests act as the rest
 * of the cluster through `objects`, which bypasses faults and admission.
 */
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { type Connection, connectionOf } from '../../src/kubernetes/http-client.ts';
import type { ResourceType } from '../../src/kubernetes/resource.ts';
import { type Fault, type FaultRule, Faults } from './faults.ts';
import type { AnyObject } from './kinds.ts';
import type { Writer } from './managed-fields.ts';
import { conflict, type Draft, notFound, ObjectStore, Refusal } from './object-store.ts';
import { applyPatch, jsonPatch, mergePatch } from './patches.ts';
import { matches } from './selectors.ts';
import { type Disturbance, Watches } from './watches.ts';

export interface ApiServerOptions {
  /** The kinds that it serves. */
  readonly kinds: readonly ResourceType[];
  /** Milliseconds since the epoch, for creationTimestamps. */
  readonly now?: () => number;
  /** Validates an object before it is created or changed: the message of an Invalid response, or null. */
  readonly admit?: (type: ResourceType, object: AnyObject) => string | null;
  /** Serve HTTPS with the certificates in tlsFolder, and ask clients for theirs. Default false. */
  readonly tls?: boolean;
}

/** Certificates of a test CA, valid until 2120: of a server on 127.0.0.1 and of the client `test-client`. */
export const tlsFolder = join(import.meta.dirname, 'tls');

/** A request that reached the server. */
export interface Received {
  readonly method: string;
  readonly plural: string;
  readonly name: string | null;
  readonly subresource: string | null;
  readonly watch: boolean;
  readonly parameters: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  /** The common name in the client's certificate; null without one that the test CA has signed. */
  readonly clientName: string | null;
  readonly body: unknown;
}

type Json = Record<string, unknown>;

interface Target {
  readonly type: ResourceType;
  readonly namespace: string | undefined;
  readonly name: string | null;
  readonly subresource: string | null;
}

/** Starts the server on a free port of 127.0.0.1. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const server = new ApiServer(options);
  await server.listen();
  return server;
}

export class ApiServer {
  /** The objects, which tests read and change directly. */
  readonly objects: ObjectStore;
  readonly #watches: Watches;
  /** All requests so far. */
  readonly received: Received[] = [];
  /** TCP connections accepted so far. */
  connections = 0;
  openConnections = 0;
  readonly #options: ApiServerOptions;
  readonly #faults = new Faults();
  readonly #applied = new Map<string, Json>();
  readonly #pages = new Map<string, { version: number; rest: AnyObject[] }>();
  readonly #http: Server;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    this.objects = new ObjectStore(options.now ?? Date.now);
    this.#watches = new Watches(this.objects);
    const serve = (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response);
    };
    this.#http = options.tls === true ? createTlsServer(tlsOptions(), serve) : createServer(serve);
    this.#http.on('connection', socket => {
      this.connections++;
      this.openConnections++;
      socket.on('close', () => {
        this.openConnections--;
      });
    });
  }

  listen(port = 0): Promise<void> {
    return new Promise<void>(resolve => void this.#http.listen(port, '127.0.0.1', () => resolve()));
  }

  get url(): string {
    return `${this.#options.tls === true ? 'https' : 'http'}://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** For createClient. */
  connect(): Connection {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: 'test', server: this.url, skipTLSVerify: true },
      { name: 'tester', token: 'secret' },
    );
    return connectionOf(config);
  }

  /** Makes future requests fail; returns a function that removes the rule. */
  fault(rule: FaultRule): () => void {
    return this.#faults.add(rule);
  }

  /** Disturbs the open watches of one kind or of all kinds. */
  disturb(how: Disturbance, plural?: string): void {
    this.#watches.disturb(how, plural);
  }

  /** Sends a bookmark on the open watches. */
  bookmark(plural?: string): void {
    this.#watches.bookmark(plural);
  }

  watchCount(plural?: string): number {
    return this.#watches.count(plural);
  }

  /** Expires all versions and pages so far. */
  compact(): void {
    this.objects.compact();
    this.#pages.clear();
  }

  stop(): Promise<void> {
    this.#http.closeAllConnections();
    return new Promise<void>(resolve => void this.#http.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://server');
    const body = await readJson(request);
    const target = this.#target(url.pathname);
    const { method = 'GET', headers } = request;
    const { plural, name, subresource } = {
      name: null,
      subresource: null,
      plural: '',
      ...target,
      ...target?.type,
    };
    const watch = url.searchParams.get('watch') === 'true';
    this.received.push({
      method,
      plural,
      name,
      subresource,
      watch,
      parameters: url.searchParams,
      headers,
      clientName: clientNameOf(request),
      body,
    });
    const fault = this.#faults.take({ method, plural, namespace: target?.namespace, watch });
    if (fault !== null && (await applyFault(fault, response))) return;
    if (target === null) {
      this.#discover(url.pathname, response);
    } else if (watch) {
      this.#watches.open(response, target.type, target.namespace, url.searchParams);
    } else {
      this.#answer(response, fault, () => this.#carryOut(method, target, url.searchParams, body, headers));
    }
  }

  #answer(response: ServerResponse, fault: Fault | null, run: () => object): void {
    let code = 200;
    let answer: object;
    try {
      answer = run();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      code = error.code;
      answer = {
        kind: 'Status',
        apiVersion: 'v1',
        status: 'Failure',
        code,
        reason: error.reason,
        message: error.message,
      };
    }
    if (fault?.type === 'lost-answer') response.socket?.resetAndDestroy();
    else response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }

  #carryOut(
    method: string,
    target: Target,
    parameters: URLSearchParams,
    body: unknown,
    headers: IncomingMessage['headers'],
  ): object {
    const { type, namespace = 'default', name } = target;
    const writer = writerOf(parameters);
    if (method === 'POST') return this.#create(target, body as AnyObject, writer);
    if (name === null) return this.#list(target, parameters);
    if (method === 'PUT') return this.#replace(target, body as AnyObject, writer);
    if (method === 'PATCH')
      return this.#patch(target, body as Json, parameters, headers['content-type'] ?? '');
    if (method === 'DELETE') {
      const options = (body ?? {}) as { propagationPolicy?: string; preconditions?: { uid?: string } };
      return this.objects.delete(
        type,
        namespace,
        name,
        options.propagationPolicy,
        options.preconditions?.uid,
      );
    }
    const object = this.objects.get(type, namespace, name);
    if (object === null) throw notFound(type, name);
    return object;
  }

  #create({ type, namespace }: Target, object: AnyObject, writer?: Writer): AnyObject {
    this.#admit(type, object);
    const { status: _, ...rest } = object;
    const created = {
      ...rest,
      apiVersion: object.apiVersion,
      kind: object.kind,
      metadata: { ...object.metadata, ...(namespace === undefined ? {} : { namespace }) },
    };
    return this.objects.create(type, created, writer);
  }

  #list({ type, namespace }: Target, parameters: URLSearchParams): object {
    const selector = parameters.get('labelSelector');
    const token = parameters.get('continue');
    const page = token === null ? undefined : this.#pages.get(token);
    if (token !== null && page === undefined) {
      throw new Refusal(410, 'Expired', 'The provided continue parameter is too old');
    }
    const { version, rest } = page ?? {
      version: this.objects.version,
      rest: this.objects.list(type, namespace).filter(object => matches(object, selector)),
    };
    const limit = Number(parameters.get('limit') ?? 0) || rest.length;
    const next = rest.length > limit ? `page-${this.#pages.size + 1}` : undefined;
    if (next !== undefined) this.#pages.set(next, { version, rest: rest.slice(limit) });
    return {
      kind: `${type.kind}List`,
      metadata: { resourceVersion: String(version), ...(next === undefined ? {} : { continue: next }) },
      // As in the real server, a list's items have no kind.
      items: rest.slice(0, limit).map(({ kind: _, apiVersion: __, ...item }) => item),
    };
  }

  #replace(target: Target, object: AnyObject, writer: Writer): AnyObject {
    const { resourceVersion } = object.metadata;
    const replace = (draft: Draft) => {
      const { managedFields } = draft.metadata;
      for (const field of Object.keys(draft)) delete draft[field];
      Object.assign(draft, structuredClone(object));
      draft.metadata.managedFields = managedFields;
    };
    return this.#change(target, resourceVersion, replace, writer);
  }

  #patch(target: Target, patch: Json, parameters: URLSearchParams, contentType: string): AnyObject {
    const { resourceVersion, uid } = (patch.metadata ?? {}) as { resourceVersion?: string; uid?: string };
    const writer = writerOf(parameters);
    if (contentType.startsWith('application/merge-patch+json')) {
      return this.#change(target, resourceVersion, draft => mergePatch(draft, patch), writer);
    }
    if (contentType.startsWith('application/json-patch+json')) {
      return this.#change(target, resourceVersionOf(patch), draft => jsonPatch(draft, patch), writer);
    }
    const { type, namespace = 'default', name, subresource } = target;
    const existing = this.objects.get(type, namespace, name ?? '');
    if (existing === null) return this.#createByApply(target, patch, parameters);
    const isStale = resourceVersion !== undefined && resourceVersion !== existing.metadata.resourceVersion;
    if (isStale || (uid !== undefined && uid !== existing.metadata.uid)) throw conflict(type, name ?? '');
    if (subresource === 'status') return this.#applyStatus(target, existing, patch, writer);
    this.#admit(type, { ...existing, ...patch, metadata: existing.metadata });
    const force = parameters.get('force') === 'true';
    const { status: _, ...applied } = {
      ...patch,
      metadata: { ...(patch.metadata as Json), namespace },
    } as Json;
    return this.objects.apply(type, applied as unknown as AnyObject, writer.manager, force);
  }

  #applyStatus(target: Target, existing: AnyObject, patch: Json, writer: Writer): AnyObject {
    const key = [target.type.plural, existing.metadata.uid, writer.manager].join('|');
    const { status } = patch;
    const before = this.#applied.get(key);
    const object = this.#change(target, undefined, draft => applyPatch(draft, { status }, before), writer);
    this.#applied.set(key, structuredClone({ status }));
    return object;
  }

  #createByApply(target: Target, patch: Json, parameters: URLSearchParams): AnyObject {
    const { type, name, subresource } = target;
    if (subresource !== null) throw notFound(type, name ?? '');
    const { resourceVersion, uid } = (patch.metadata ?? {}) as { resourceVersion?: string; uid?: string };
    if (resourceVersion !== undefined || uid !== undefined) throw conflict(type, name ?? '');
    return this.#create(target, patch as unknown as AnyObject, {
      ...writerOf(parameters),
      operation: 'Apply',
    });
  }

  /** The subresource `status` changes only the status; the object itself everything else. */
  #change(
    target: Target,
    resourceVersion: string | undefined,
    change: (draft: Draft) => void,
    writer: Writer,
  ): AnyObject {
    const { type, namespace = 'default', name, subresource } = target;
    const apply = (draft: Draft) => {
      if (resourceVersion !== undefined && resourceVersion !== draft.metadata.resourceVersion) {
        throw conflict(type, name ?? '');
      }
      const before = structuredClone(draft);
      change(draft);
      const [kept, changed] = subresource === 'status' ? [before, draft] : [draft, before];
      const result: Draft = { ...structuredClone(kept), status: changed.status };
      if (result.status === undefined) delete result.status;
      this.#admit(type, result as unknown as AnyObject);
      for (const field of Object.keys(draft)) delete draft[field];
      Object.assign(draft, result);
    };
    return this.objects.update(type, namespace, name ?? '', apply, writer);
  }

  #admit(type: ResourceType, object: AnyObject): void {
    const message = this.#options.admit?.(type, object) ?? null;
    if (message !== null) throw new Refusal(422, 'Invalid', message);
  }

  #discover(path: string, response: ServerResponse): void {
    const kinds = this.#options.kinds.filter(type => basePath(type) === path);
    if (kinds.length === 0) response.writeHead(404).end('404 page not found\n');
    else {
      const resources = kinds.map(({ plural, kind }) => ({ name: plural, kind, namespaced: true }));
      response.end(JSON.stringify({ kind: 'APIResourceList', resources }));
    }
  }

  #target(path: string): Target | null {
    const type = this.#options.kinds.find(kind => {
      const [base, rest] = [`${basePath(kind)}/`, path.slice(basePath(kind).length + 1).split('/')];
      return path.startsWith(base) && (rest[0] === 'namespaces' ? rest[2] : rest[0]) === kind.plural;
    });
    if (type === undefined) return null;
    const parts = path
      .slice(basePath(type).length + 1)
      .split('/')
      .map(decodeURIComponent);
    const namespace = parts[0] === 'namespaces' ? parts[1] : undefined;
    const [, name = null, subresource = null] = namespace === undefined ? parts : parts.slice(2);
    return { type, namespace, name, subresource };
  }
}

function writerOf(parameters: URLSearchParams): Writer {
  return { manager: parameters.get('fieldManager') ?? 'unknown', operation: 'Update' };
}

/** The precondition of a JSON patch. */
function resourceVersionOf(operations: unknown): string | undefined {
  const list = operations as readonly { path: string; value?: string }[];
  return list.find(({ path }) => path === '/metadata/resourceVersion')?.value;
}

function tlsOptions() {
  const read = (name: string) => readFileSync(join(tlsFolder, name));
  const [ca, cert, key] = [read('ca.crt'), read('server.crt'), read('server.key')];
  return { ca, cert, key, requestCert: true, rejectUnauthorized: false };
}

function clientNameOf({ socket }: IncomingMessage): string | null {
  return socket instanceof TLSSocket && socket.authorized
    ? String(socket.getPeerCertificate().subject.CN)
    : null;
}

function basePath({ group, version }: ResourceType): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  request.setEncoding('utf8');
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? null : JSON.parse(text);
}

/** Applies the fault; true if the request must not be processed further. */
async function applyFault(fault: Fault, response: ServerResponse): Promise<boolean> {
  switch (fault.type) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return true;
    case 'hang':
      return true;
    case 'garbage':
      response.end('<html>gateway</html>');
      return true;
    case 'status': {
      const { code, reason = '', message = 'injected', retryAfter } = fault;
      const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
      response
        .writeHead(code, headers)
        .end(JSON.stringify({ kind: 'Status', code, ...(reason !== null && { reason }), message }));
      return true;
    }
    case 'slow':
      await new Promise(resolve => setTimeout(resolve, fault.milliseconds));
      return false;
    case 'lost-answer':
      return false;
  }
}
