/** Sends one HTTP request. */
import http from 'node:http';
import https from 'node:https';
import type { Connection } from './connection.ts';

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With the query; relative to the path in the server's URL. */
  readonly path: string;
  /** The kind's plural, for metrics. */
  readonly resource: string;
  readonly body?: unknown;
  /** Default application/json. */
  readonly contentType?: string;
}

/**
 * Sends one request and resolves when the response's headers have arrived; its body is not read.
 * @throws Error if there is no response
 */
export async function send(
  connection: Connection,
  request: Request,
  userAgent: string,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const { agent, headers } = await connection.credentials();
  signal.throwIfAborted();
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const { server } = connection;
  const url = new URL(server.pathname.replace(/\/$/, '') + request.path, server);
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const outgoing = (url.protocol === 'https:' ? https : http).request(url, {
    method: request.method,
    agent,
    signal,
    headers: {
      ...headers,
      accept: 'application/json',
      'user-agent': userAgent,
      ...(body === undefined
        ? {}
        : {
            'content-type': request.contentType ?? 'application/json',
            'content-length': Buffer.byteLength(body),
          }),
    },
  });
  outgoing.on('response', resolve);
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

/** The whole body as text. */
export async function readBody(response: http.IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}
