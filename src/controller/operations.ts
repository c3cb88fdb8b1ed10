/** What the operator tells about itself over HTTP: `/healthz`, `/readyz`, `/metrics`. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';

export interface OperationsOptions {
  readonly host: string;
  readonly port: number;
  /** What is wrong, in words; empty when all is well. */
  readonly unhealthy: () => readonly string[];
  readonly unready: () => readonly string[];
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

export interface OperationsServer {
  /** Such as `http://127.0.0.1:8081`. */
  readonly url: string;
  close(): Promise<void>;
}

/** @throws Failure InvalidArguments for an address that cannot be had. */
export async function serveOperations(options: OperationsOptions): Promise<OperationsServer> {
  const server = createServer((request, response) => void answer(request, response, options));
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

async function answer(
  { method, url }: IncomingMessage,
  response: ServerResponse,
  { unhealthy, unready, metrics }: OperationsOptions,
): Promise<void> {
  const say = (status: number, body: string, type = 'text/plain; charset=utf-8') =>
    response.writeHead(status, { 'content-type': type }).end(body);
  const check = (problems: readonly string[]) =>
    problems.length === 0 ? say(200, 'ok\n') : say(503, `${problems.join('\n')}\n`);
  if (method !== 'GET' && method !== 'HEAD') return void say(405, 'GET only\n');
  switch (url?.split('?')[0]) {
    case '/healthz':
      return void check(unhealthy());
    case '/readyz':
      return void check(unready());
    case '/metrics':
      return void say(200, await metrics.text(), metrics.contentType);
    default:
      say(404, 'there are /healthz, /readyz and /metrics\n');
  }
}
