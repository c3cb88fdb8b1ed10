/**
 * A proxy that acts as a service account and records every request: which permissions the operator uses, and which it is
 * denied.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';

export interface RecordedApi {
  /** Path of a kubeconfig for this proxy. */
  readonly kubeconfig: string;
  /** Permissions that were used, such as `batch/jobs create`. */
  readonly used: ReadonlySet<string>;
  /** Permissions that were denied. */
  readonly forbidden: ReadonlySet<string>;
  stop(): Promise<void>;
}

/**
 * The first POST of each kind is sent twice, as if its response had been lost: the client gets AlreadyExists and has to
 * look up the owner.
 * @param account such as `system:serviceaccount:NAMESPACE:NAME`
 */
export async function startRecordedApi(account: string): Promise<RecordedApi> {
  const proxy = spawn('kubectl', [`--as=${account}`, 'proxy', '--port=0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await portOf(proxy);
  const used = new Set<string>();
  const forbidden = new Set<string>();
  const repeated = new Set<string>();
  const record = (permission: string | null, { statusCode }: IncomingMessage) => {
    if (permission !== null) (statusCode === 403 ? forbidden : used).add(permission);
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const permission = permissionOf(request);
    const body = await buffer(request);
    if (request.method === 'POST' && permission !== null && !repeated.has(permission)) {
      repeated.add(permission);
      (await forward(request, body, port)).resume();
    }
    const answer = await forward(request, body, port);
    record(permission, answer);
    // An apply that creates the object needs the permission to create it too.
    if (request.method === 'PATCH' && answer.statusCode === 201 && permission !== null)
      used.add(permission.replace(/patch$/, 'create'));
    relay(answer, response);
  };
  const server = http.createServer((request, response) => {
    handle(request, response).catch(() => request.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port: own } = server.address() as AddressInfo;
  const folder = await mkdtemp(join(tmpdir(), 'recorded-api-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(configFor(`http://127.0.0.1:${own}`)));
  return {
    kubeconfig,
    used,
    forbidden,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      proxy.kill();
      await rm(folder, { recursive: true });
    },
  };
}

/** kubectl prints its address in the first line. */
async function portOf(proxy: ChildProcess): Promise<number> {
  if (proxy.stdout === null) throw new TypeError('kubectl proxy has no pipe');
  for await (const line of createInterface({ input: proxy.stdout })) {
    const [, port] = /^Starting to serve on .*:(\d+)$/.exec(line) ?? [];
    if (port !== undefined) return Number(port);
  }
  throw new Error('kubectl proxy did not start');
}

async function forward(
  { method, url: path, headers }: IncomingMessage,
  body: Buffer,
  port: number,
): Promise<IncomingMessage> {
  const onward = http.request({
    host: '127.0.0.1',
    port,
    method,
    path,
    headers: { ...headers, host: 'localhost' },
  });
  onward.end(body);
  const [answer] = await once(onward, 'response');
  return answer;
}

/** Sends the response header immediately: a watch may have no events for a long time. */
function relay(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  response.flushHeaders();
  answer.pipe(response);
  answer.on('error', () => response.destroy());
  response.on('close', () => answer.destroy());
}

const objectPath =
  /^\/(?:api|apis\/(?<group>[^/]+))\/v[^/]+\/namespaces\/[^/]+\/(?<resource>[^/]+)(?:\/(?<name>[^/]+))?(?:\/(?<part>[^/]+))?$/;
const verbs: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** The permission that a request needs; null for discovery. */
function permissionOf({ method = '', url = '' }: IncomingMessage): string | null {
  const { pathname, searchParams } = new URL(url, 'http://localhost');
  const { group = '', resource, name, part } = objectPath.exec(pathname)?.groups ?? {};
  if (resource === undefined) return pathname.split('/').length > 4 ? `${pathname} ${method}` : null;
  const reading = searchParams.get('watch') === 'true' ? 'watch' : 'list';
  const verb = verbs[method] ?? (name === undefined ? reading : 'get');
  return `${group}/${resource}${part === undefined ? '' : `/${part}`} ${verb}`;
}

function configFor(server: string) {
  const name = 'recorded';
  return {
    apiVersion: 'v1',
    kind: 'Config',
    // There is no TLS, and client-node requires this to be explicit.
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  };
}
