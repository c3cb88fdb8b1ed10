/**
 * HTTP service discovery of the namespace's pods, for a Prometheus built without `kubernetes_sd_configs`, such as Debian's.
 * Provides the labels of role pod that our scrape configuration uses.
 */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';

export const discoveryPort = 8082;

const account = '/var/run/secrets/kubernetes.io/serviceaccount';

interface Pod {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly containers: readonly {
      readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
    }[];
  };
  readonly status: { readonly phase?: string; readonly podIP?: string };
}

interface Target {
  readonly targets: readonly [string];
  readonly labels: Readonly<Record<string, string>>;
}

/** The API server's CA is set by `NODE_EXTRA_CA_CERTS`, because fetch has no option for it. */
export async function serveDiscovery(): Promise<boolean> {
  const namespace = await readFile(`${account}/namespace`, 'utf8');
  const server = createServer(async (_, response) => {
    try {
      const targets = (await listPods(namespace)).flatMap(pod => targetsOf(namespace, pod));
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(targets));
    } catch (error) {
      response.writeHead(502).end(String(error));
    }
  });
  server.listen(discoveryPort, '127.0.0.1');
  process.once('SIGTERM', () => process.exit(0));
  return true;
}

async function listPods(namespace: string): Promise<Pod[]> {
  // The kubelet renews the token while the pod runs.
  const token = await readFile(`${account}/token`, 'utf8');
  const url = `https://kubernetes.default.svc/api/v1/namespaces/${namespace}/pods`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  if (!response.ok) throw new Error(await response.text());
  const { items } = (await response.json()) as { items: Pod[] };
  return items;
}

/** One target for each container port; none before the pod has an IP address. */
function targetsOf(namespace: string, { metadata, spec, status }: Pod): Target[] {
  const { podIP, phase = '' } = status;
  if (podIP === undefined) return [];
  const labels: Record<string, string> = {
    __meta_kubernetes_namespace: namespace,
    __meta_kubernetes_pod_name: metadata.name,
    __meta_kubernetes_pod_phase: phase,
  };
  for (const [name, value] of Object.entries(metadata.labels ?? {})) {
    const plain = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
    labels[`__meta_kubernetes_pod_label_${plain}`] = value;
    labels[`__meta_kubernetes_pod_labelpresent_${plain}`] = 'true';
  }
  return spec.containers
    .flatMap(({ ports = [] }) => ports)
    .map(({ name = '', containerPort }) => ({
      targets: [`${podIP}:${containerPort}`],
      labels: { ...labels, __meta_kubernetes_pod_container_port_name: name },
    }));
}
