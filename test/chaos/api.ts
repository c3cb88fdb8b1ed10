/**
 * Reads from the API server in this process. A kubectl for each question would take most of a small machine, and the proxies
 * between operators and API server run here too.
 */
import http from 'node:http';
import https from 'node:https';
import { text } from 'node:stream/consumers';
import { loadConnection } from '../../src/kubernetes/http-client.ts';
import type { Found } from '../../support/cluster/kubectl.ts';

const connection = loadConnection();
const timeoutMilliseconds = 15_000;

/** API path of each plural. */
const groups = {
  trainingruns: 'apis/bellwether.dev/v1alpha1',
  models: 'apis/bellwether.dev/v1alpha1',
  jobs: 'apis/batch/v1',
  replicasets: 'apis/apps/v1',
  deployments: 'apis/apps/v1',
  pods: 'api/v1',
  services: 'api/v1',
} as const;
export type Plural = keyof typeof groups;

/** The body of a response. @throws Error with the status and the body if it is not 200, or without a response in time */
export async function getRaw(path: string): Promise<string> {
  const { status, body } = await request(path);
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
  return body;
}

/** One object; null if there is none. */
export async function get(namespace: string, plural: Plural, name: string): Promise<Found | null> {
  const { status, body } = await request(`/${groups[plural]}/namespaces/${namespace}/${plural}/${name}`);
  if (status === 404) return null;
  if (status !== 200) throw new Error(`${status} ${body.slice(0, 300)}`);
  return JSON.parse(body);
}

/** All objects of a kind, which the items of a list do not name. */
export async function list(namespace: string, plural: Plural, selector = ''): Promise<Found[]> {
  const query = selector === '' ? '' : `?labelSelector=${encodeURIComponent(selector)}`;
  const body = await getRaw(`/${groups[plural]}/namespaces/${namespace}/${plural}${query}`);
  return JSON.parse(body).items.map((item: Found) => ({ ...item, kind: plural }));
}

export const getRun = (namespace: string, name: string) => get(namespace, 'trainingruns', name);
export const getModel = (namespace: string, name: string) => get(namespace, 'models', name);

/** The servers' pods of a Model, except those being deleted. */
export async function listServers(namespace: string, model: string): Promise<Found[]> {
  const selector = `bellwether.dev/model=${model},app.kubernetes.io/component=server`;
  const pods = await list(namespace, 'pods', selector);
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
}

async function request(path: string): Promise<{ readonly status: number; readonly body: string }> {
  const { agent, headers } = await connection.credentials();
  const url = new URL(connection.server.pathname.replace(/\/$/, '') + path, connection.server);
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const outgoing = (url.protocol === 'https:' ? https : http).get(url, { agent, headers }, resolve);
  outgoing.setTimeout(timeoutMilliseconds, () => {
    connection.renew();
    outgoing.destroy(new Error('no response from the API server'));
  });
  outgoing.on('error', reject);
  const response = await promise;
  return { status: response.statusCode ?? 0, body: await text(response) };
}
