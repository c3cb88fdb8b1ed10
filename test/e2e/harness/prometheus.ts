/**
 * A real Prometheus in a test's namespace with the scrape configuration and rules for clusters without the Prometheus
 * operator, and its API as functions. It scrapes all targets and evaluates all rules every two seconds.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { send } from '../../../src/kubernetes/http/request.ts';
import { type Connection, loadConnection } from '../../../src/kubernetes/http-client.ts';
import { prometheusImage, testImage } from '../../../support/cluster/images.ts';
import { apply, kubectl } from '../../../support/cluster/kubectl.ts';
import { restricted } from '../../../support/cluster/pod.ts';
import { scrapeConfig } from '../../monitoring/scrape-config.ts';
import { discoveryPort } from '../image/discovery.ts';

/** One series of a result; numbers are text, as in Prometheus' JSON. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  /** Of an instant: seconds since the epoch, and the number. */
  readonly value?: readonly [number, string];
  /** Of a range. */
  readonly values?: readonly (readonly [number, string])[];
}

/** A rule and its state. */
export interface EvaluatedRule {
  readonly name: string;
  readonly type: 'alerting' | 'recording';
  readonly query: string;
  readonly health: 'ok' | 'err' | 'unknown';
  readonly lastError?: string;
  /** Alerts only. */
  readonly state?: 'inactive' | 'pending' | 'firing';
}

export interface ScrapedTarget {
  readonly labels: Readonly<Record<string, string>>;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
}

export interface Prometheus {
  /** @throws Error with Prometheus' message about the expression. */
  query(expr: string): Promise<readonly Series[]>;
  /** A range query since Prometheus started, in steps of two seconds: includes series that have ended. */
  queryHistory(expr: string): Promise<readonly Series[]>;
  /** Every rule of every group. */
  rules(): Promise<readonly EvaluatedRule[]>;
  /** Scraped targets; without those that relabelling dropped. */
  targets(): Promise<readonly ScrapedTarget[]>;
  /** Closes the connections to it. */
  close(): void;
}

const name = 'prometheus';
const port = 9090;
const intervalSeconds = 2;
const account = '/var/run/secrets/kubernetes.io/serviceaccount';
const rulesFile = join(import.meta.dirname, '../../../manifests/monitoring/rules.yaml');

/** Starts it as pod and Service `prometheus`; deleted with the namespace. */
export async function startPrometheus(namespace: string): Promise<Prometheus> {
  await apply(namespace, ...permissions(namespace), await configMap(), pod(), service());
  await kubectl('wait', `pod/${name}`, '--for=condition=Ready', '--timeout=180s', '--namespace', namespace);
  const start = Date.now() / 1000;
  const connection = loadConnection();
  const ask = <T>(path: string, parameters: Readonly<Record<string, string>> = {}): Promise<T> =>
    askApi(connection, namespace, `${path}?${new URLSearchParams(parameters)}`);
  return {
    query: async expr => (await ask<{ result: Series[] }>('query', { query: expr })).result,
    queryHistory: async expr => {
      const range = { start: String(start), end: String(Date.now() / 1000), step: String(intervalSeconds) };
      return (await ask<{ result: Series[] }>('query_range', { query: expr, ...range })).result;
    },
    rules: async () => {
      const { groups } = await ask<{ groups: { rules: EvaluatedRule[] }[] }>('rules');
      return groups.flatMap(({ rules }) => rules);
    },
    targets: async () =>
      (await ask<{ activeTargets: ScrapedTarget[] }>('targets', { state: 'active' })).activeTargets,
    close: () => connection.close(),
  };
}

/** Through the API server's proxy of Services; kubectl would not print Prometheus' error messages. */
async function askApi<T>(connection: Connection, namespace: string, what: string): Promise<T> {
  const path = `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy/api/v1/${what}`;
  const request = { method: 'GET', path, resource: 'services' } as const;
  const response = await send(connection, request, 'bellwether-e2e', AbortSignal.timeout(30_000));
  const body = await text(response);
  if (response.statusCode !== 200) throw new Error(`${response.statusCode} ${body}`);
  return JSON.parse(body).data;
}

/** Permission to list the namespace's pods, for discovery. */
function permissions(namespace: string): object[] {
  const rbac = { apiVersion: 'rbac.authorization.k8s.io/v1', metadata: { name } };
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }];
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name };
  const subjects = [{ kind: 'ServiceAccount', name, namespace }];
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
    { ...rbac, kind: 'Role', rules },
    { ...rbac, kind: 'RoleBinding', roleRef, subjects },
  ];
}

async function configMap() {
  const data = {
    'prometheus.yaml': scrapeConfig(`http://127.0.0.1:${discoveryPort}`, `${intervalSeconds}s`),
    'rules.yaml': await readFile(rulesFile, 'utf8'),
  };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data };
}

function pod() {
  const shared = { imagePullPolicy: 'IfNotPresent', securityContext: restricted.container };
  const resources = { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '512Mi' } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { 'bellwether.dev/test-pod': name } },
    spec: {
      serviceAccountName: name,
      terminationGracePeriodSeconds: 1,
      securityContext: restricted.pod,
      containers: [
        {
          name,
          image: prometheusImage,
          args: ['--config.file=/etc/config/prometheus.yaml', '--storage.tsdb.path=/data'],
          ports: [{ name: 'web', containerPort: port }],
          readinessProbe: { httpGet: { path: '/-/ready', port: 'web' }, periodSeconds: 1 },
          volumeMounts: [
            { name: 'config', mountPath: '/etc/config' },
            { name: 'data', mountPath: '/data' },
          ],
          resources,
          ...shared,
        },
        {
          name: 'discovery',
          image: testImage,
          args: ['discovery'],
          env: [{ name: 'NODE_EXTRA_CA_CERTS', value: `${account}/ca.crt` }],
          resources,
          ...shared,
        },
      ],
      volumes: [
        { name: 'config', configMap: { name } },
        { name: 'data', emptyDir: {} },
      ],
    },
  };
}

function service() {
  const selector = { 'bellwether.dev/test-pod': name };
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector, ports: [{ port }] } };
}
