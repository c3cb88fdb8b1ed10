/** Serves `/healthz`, `/readyz` and `/metrics` over HTTP. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../http/listen.ts';

export interface OperationsOptions {
  readonly host: string;
  readonly port: number;
  /** The problems as lines of text; empty: healthy, or ready. */
  readonly unhealthy: () => readonly string[];
  readonly unready: () => readonly string[];
  /** Further lines of `/readyz` while it is ready. */
  readonly degraded: () => readonly string[];
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

export interface OperationsServer {
  /** Such as `http://127.0.0.1:8081`. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws Failure InvalidArguments if the address cannot be bound */
export async function serveOperations(options: OperationsOptions): Promise<OperationsServer> {
  const server = createServer((request, response) => void respond(request, response, options));
  return {
    url: await listen(server, options),
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { unhealthy, unready, degraded, metrics }: OperationsOptions,
): Promise<void> {
  const send = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
    response.writeHead(status, { 'content-type': type }).end(body);
  const check = (problems: readonly string[], details: readonly string[] = []) =>
    problems.length === 0
      ? send(200, `${['ok', ...details].join('\n')}\n`)
      : send(503, `${problems.join('\n')}\n`);
  if (method !== 'GET' && method !== 'HEAD') return void send(405, 'GET only\n');
  switch (url?.split('?')[0]) {
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
