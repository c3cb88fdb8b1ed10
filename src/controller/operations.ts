/** Serves `/healthz`, `/readyz` and `/metrics` over HTTP or HTTPS. The probes need no token and have no limit. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Access } from '../http/access.ts';
import { listen } from '../http/listen.ts';
import { answerOf } from '../http/refusal.ts';

export interface OperationsOptions {
  readonly host: string;
  readonly port: number;
  /** The problems as lines of text; empty: healthy, or ready. */
  readonly unhealthy: () => readonly string[];
  readonly unready: () => readonly string[];
  /** Further lines of `/readyz` while it is ready. */
  readonly degraded: () => readonly string[];
  readonly access: Access;
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

export interface OperationsServer {
  /** Such as `http://127.0.0.1:8081`. */
  readonly url: string;
  close(): Promise<void>;
}

/** Paths that the kubelet probes, which has no token. */
const probes = new Set<string | undefined>(['/healthz', '/readyz']);

/** Milliseconds, also for the TLS handshake. */
const headersTimeout = 10_000;

/** @throws Failure InvalidArguments if the address cannot be bound */
export async function serveOperations(options: OperationsOptions): Promise<OperationsServer> {
  const server = await options.access.createServer({ headersTimeout });
  // Includes those whose TLS handshake has not ended, which `closeAllConnections` leaves open.
  const sockets = new Set<Socket>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('request', (request, response) => void respond(request, response, options));
  return {
    url: await listen(server, options),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      options.access.close();
      await closed;
    },
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  { unhealthy, unready, degraded, access, metrics }: OperationsOptions,
): Promise<void> {
  const { method, url } = request;
  const send = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
    response.writeHead(status, { 'content-type': type }).end(body);
  const check = (problems: readonly string[], details: readonly string[] = []) =>
    problems.length === 0
      ? send(200, `${['ok', ...details].join('\n')}\n`)
      : send(503, `${problems.join('\n')}\n`);
  const path = url?.split('?')[0];
  const refusal = probes.has(path) ? null : (access.gate?.refusal(request, 'metrics') ?? null);
  if (refusal !== null) {
    const { status, headers, message } = answerOf(refusal, '/readyz');
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    return void send(status, `${message}\n`);
  }
  if (method !== 'GET' && method !== 'HEAD') return void send(405, 'GET only\n');
  switch (path) {
    case '/healthz':
      return void check(unhealthy());
    case '/readyz':
      return void check(unready(), degraded());
    case '/metrics':
      return void send(200, await metrics.text(), metrics.contentType);
    default:
      send(404, 'the paths are /healthz, /readyz and /metrics\n');
  }
}
