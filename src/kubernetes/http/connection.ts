/** Where the API server is, and how a request proves who sends it. */
import http from 'node:http';
import https from 'node:https';
// Not the package's index, which loads the whole library. The bundle also omits what this file imports but does not use
// (scripts/client-node-stubs.ts).
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';

/** How a request proves who sends it. */
export interface Credentials {
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
}

/** An API server with credentials. */
export interface Connection {
  readonly server: URL;
  /**
   * For one request: tokens are read anew as they rotate, while connections are kept until a certificate changes.
   * @throws Error when a credential cannot be read or a credential plugin fails
   */
  credentials(): Promise<Credentials>;
  /** No connection that is open now is used for another request: one of them has fallen silent, perhaps all. */
  renew(): void;
  /** Ends all connections. */
  close(): void;
}

type TlsOptions = Pick<
  https.AgentOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

/**
 * Idle connections are closed before servers and load balancers do it, often 60 s, so that requests find none
 * half-closed.
 */
const IDLE_LIMIT = 50_000;
const KEEP_ALIVE = { keepAlive: true, keepAliveMsecs: 30_000, timeout: IDLE_LIMIT };

/**
 * Where the API server is and how to prove who we are: from $KUBECONFIG, ~/.kube/config or the pod's service account,
 * in this order.
 * @throws Error when the configuration cannot be read or has no cluster
 */
export function loadConnection(): Connection {
  const config = new KubeConfig();
  config.loadFromDefault();
  return connectionOf(config);
}

/** @throws Error when the configuration has no current cluster */
export function connectionOf(config: KubeConfig): Connection {
  const cluster = config.getCurrentCluster();
  if (cluster === null) {
    throw new Error('the kubeconfig has no current cluster: set current-context to one of its contexts');
  }
  const agents = new AgentCache(cluster.server.startsWith('https:'));
  return {
    server: new URL(cluster.server),
    async credentials() {
      const options: https.RequestOptions = { headers: {} };
      await config.applyToHTTPSOptions(options);
      // Its own agent opens a connection for every request; only behind a proxy is it the one that knows the way.
      const agent = cluster.proxyUrl ? (options.agent as http.Agent) : agents.agent(tlsOptions(options));
      return { agent, headers: headersOf(options) };
    },
    renew: () => agents.renew(),
    close: () => agents.close(),
  };
}

/** One agent, replaced when the certificates change. */
class AgentCache {
  readonly #secure: boolean;
  #options: TlsOptions = {};
  #agent: http.Agent | null = null;

  constructor(secure: boolean) {
    this.#secure = secure;
  }

  agent(options: TlsOptions): http.Agent {
    if (this.#agent !== null && same(this.#options, options)) return this.#agent;
    this.renew();
    this.#options = options;
    this.#agent = this.#secure
      ? new https.Agent({ ...KEEP_ALIVE, ...options })
      : new http.Agent({ ...KEEP_ALIVE });
    return this.#agent;
  }

  renew(): void {
    if (this.#agent !== null) retire(this.#agent);
    this.#agent = null;
  }

  close(): void {
    this.#agent?.destroy();
  }
}

/** Requests under way may end; no connection is used again. */
function retire(agent: http.Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets)) {
    for (const socket of sockets ?? []) socket.destroy();
  }
}

const TLS_FIELDS = ['ca', 'cert', 'key', 'pfx', 'passphrase', 'rejectUnauthorized', 'servername'] as const;

function tlsOptions(options: https.RequestOptions): TlsOptions {
  return Object.fromEntries(
    TLS_FIELDS.flatMap(field => (options[field] === undefined ? [] : [[field, options[field]]])),
  );
}

function same(one: TlsOptions, other: TlsOptions): boolean {
  return TLS_FIELDS.every(field => {
    const [a, b] = [one[field], other[field]];
    return a === b || (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b));
  });
}

function headersOf({ headers = {}, auth }: https.RequestOptions): Record<string, string> {
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return auth ? { ...all, Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : all;
}
