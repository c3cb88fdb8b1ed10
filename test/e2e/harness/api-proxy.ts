/**
 * A proxy between an operator and the API server that records requests, delays or loses them, and breaks connections. It
 * authenticates itself to the API server; its clients need no credentials.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Connection, loadConnection } from '../../../src/kubernetes/http-client.ts';

/** One request. */
export interface Asked {
  readonly method: string;
  /** Path without the query. */
  readonly path: string;
  readonly watch: boolean;
  /** Milliseconds since the epoch. */
  readonly time: number;
}

export type Fate =
  | { readonly kind: 'pass'; readonly afterMilliseconds?: number }
  /** The connection breaks before the request is forwarded. */
  | { readonly kind: 'reset' }
  /** The request is carried out, `after` is called, and the response is lost. */
  | { readonly kind: 'loseAnswer'; readonly after?: () => Promise<void> }
  | { readonly kind: 'answer'; readonly status: number; readonly body: object };

export const pass: Fate = { kind: 'pass' };

const expired = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  reason: 'Expired',
  code: 410,
  message: 'too old resource version',
};

export async function startApiProxy(): Promise<ApiProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'api-proxy-'));
  const proxy = new ApiProxy(loadConnection(), join(folder, 'kubeconfig'));
  await proxy.accept();
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'proxy',
    clusters: [{ name: 'proxy', cluster: { server: proxy.url, 'insecure-skip-tls-verify': true } }],
    users: [{ name: 'proxy', user: {} }],
    contexts: [{ name: 'proxy', context: { cluster: 'proxy', user: 'proxy' } }],
  };
  await writeFile(proxy.kubeconfig, JSON.stringify(config));
  return proxy;
}

export class ApiProxy {
  /** Path of a kubeconfig for this proxy. */
  readonly kubeconfig: string;
  /** All requests, in order. */
  readonly asked: Asked[] = [];
  /** Decides the fate of each request. */
  decide: (asked: Asked) => Fate = () => pass;
  readonly #upstream: Connection;
  readonly #server = http.createServer((request, response) => void this.#answer(request, response));
  readonly #sockets = new Set<Socket>();
  readonly #frozen = new WeakSet<Socket>();
  /** Open watches, with the function that ends the upstream request. */
  readonly #watches = new Map<http.ServerResponse, () => void>();
  #port = 0;

  constructor(upstream: Connection, kubeconfig: string) {
    this.#upstream = upstream;
    this.kubeconfig = kubeconfig;
    this.#server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  get watches(): number {
    return this.#watches.size;
  }

  /** Write requests except those for Leases and Events. */
  get writes(): readonly Asked[] {
    return this.asked.filter(isWork);
  }

  /** Accepts connections again, at the same address. */
  async accept(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.once('error', reject);
    this.#server.listen(this.#port, '127.0.0.1', resolve);
    await promise;
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Breaks all connections and accepts none. */
  refuse(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Resets the connection of every watch. */
  resetWatches(): void {
    for (const response of this.#watches.keys()) response.socket?.resetAndDestroy();
  }

  /** Ends every watch with 410 Expired. */
  expireWatches(): void {
    for (const [response, end] of this.#watches) {
      end();
      response.end(`${JSON.stringify({ type: 'ERROR', object: expired })}\n`);
    }
  }

  /** Existing connections stay open but transfer nothing more; new ones work. */
  freeze(): void {
    for (const socket of this.#sockets) this.#frozen.add(socket);
    for (const end of this.#watches.values()) end();
  }

  async close(): Promise<void> {
    this.refuse();
    this.#upstream.close();
    await rm(join(this.kubeconfig, '..'), { recursive: true });
  }

  async #answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    request.on('error', () => {});
    response.on('error', () => {});
    if (this.#frozen.has(request.socket)) return;
    const { pathname, searchParams } = new URL(request.url ?? '/', this.url);
    const watch = searchParams.get('watch') === 'true';
    const asked = { method: request.method ?? '', path: pathname, watch, time: Date.now() };
    this.asked.push(asked);
    const fate = this.decide(asked);
    try {
      await this.#carryOut(fate, asked, request, response);
    } catch {
      request.socket.destroy();
    }
  }

  async #carryOut(
    fate: Fate,
    asked: Asked,
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    if (fate.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    if (fate.kind === 'answer') {
      response.writeHead(fate.status, { 'content-type': 'application/json' }).end(JSON.stringify(fate.body));
      return;
    }
    const body = await buffer(request);
    if (fate.kind === 'pass' && fate.afterMilliseconds) await sleep(fate.afterMilliseconds);
    const answer = await this.#forward(request, body);
    if (fate.kind === 'loseAnswer') {
      await buffer(answer);
      await fate.after?.();
      request.socket.resetAndDestroy();
      return;
    }
    this.#relay(answer, asked, response);
  }

  #relay(answer: http.IncomingMessage, { watch }: Asked, response: http.ServerResponse): void {
    const { socket } = response;
    if (socket === null || this.#frozen.has(socket)) return void answer.destroy();
    answer.on('error', () => this.#frozen.has(socket) || socket.destroy());
    response.once('close', () => {
      this.#watches.delete(response);
      answer.destroy();
    });
    if (watch) {
      this.#watches.set(response, () => {
        this.#watches.delete(response);
        answer.unpipe(response);
        answer.destroy();
      });
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    // A watch has started even if it has no events yet.
    response.flushHeaders();
    answer.pipe(response);
  }

  async #forward(request: http.IncomingMessage, body: Buffer): Promise<http.IncomingMessage> {
    const { agent, headers } = await this.#upstream.credentials();
    const { server } = this.#upstream;
    const url = new URL(server.pathname.replace(/\/$/, '') + request.url, server);
    const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
    const { host: _, connection: __, ...own } = request.headers;
    const { method } = request;
    const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
      method,
      agent,
      headers: { ...own, ...headers },
    });
    outgoing.once('response', resolve);
    outgoing.on('error', reject);
    outgoing.end(body);
    return promise;
  }
}

/** True for writes that only the leader may make. */
export function isWork({ method, path }: Asked): boolean {
  return method !== 'GET' && !/\/(leases|events)(\/|$)/.test(path);
}
