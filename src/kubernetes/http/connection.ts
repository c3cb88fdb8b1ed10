/** The address of the API server and the credentials of requests, from a kubeconfig or a service account. */
import http from 'node:http';
import https from 'node:https';
// Not the package's index, which loads the whole library. The bundle also omits what this file imports but does not use
// (scripts/client-node-stubs.ts).
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';

/** The TLS options (in the agent) and headers that authenticate a request. */
export interface Credentials {
  readonly agent: http.Agent;
  readonly headers: Readonly<Record<string, string>>;
}

/** An API server with credentials. */
export interface Connection {
  readonly server: URL;
  /**
   * For one request. Tokens are read for every request, since they rotate; connections are kept until a certificate
   * changes.
   * @throws Error if a credential cannot be read or a credential plugin fails
   */
  credentials(): Promise<Credentials>;
  /** Opens new connections for later requests. Call it after a timeout, since every open connection may be dead. */
  renew(): void;
  /** Closes all connections. */
  close(): void;
}

type TlsOptions = Pick<
  https.AgentOptions,
  'ca' | 'cert' | 'key' | 'pfx' | 'passphrase' | 'rejectUnauthorized' | 'servername'
>;

/**
 * Milliseconds. Shorter than the idle limit of servers and load balancers, often 60 s, so that no request uses a
 * half-closed connection.
 */
const IDLE_LIMIT = 50_000;
const KEEP_ALIVE = { keepAlive: true, keepAliveMsecs: 30_000, timeout: IDLE_LIMIT };

/**
 * The connection that $KUBECONFIG, ~/.kube/config or the pod's service account configures; the first that exists is
 * used.
 * @throws Error if the configuration cannot be read or has no cluster
 */
export function loadConnection(): Connection {
  const config = new KubeConfig();
  config.loadFromDefault();
  return connectionOf(config);
}

/** @throws Error if the configuration has no current cluster */
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
      // The library's agent opens a connection for every request. It is used only for a proxy, which it supports.
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
    if (this.#agent !== null && equal(this.#options, options)) return this.#agent;
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

/** Pending requests continue, but no connection is reused. */
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

function equal(one: TlsOptions, other: TlsOptions): boolean {
  return TLS_FIELDS.every(field => {
    const [a, b] = [one[field], other[field]];
    return a === b || (Buffer.isBuffer(a) && Buffer.isBuffer(b) && a.equals(b));
  });
}

function headersOf({ headers = {}, auth }: https.RequestOptions): Record<string, string> {
  const all = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return auth ? { ...all, Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : all;
}
