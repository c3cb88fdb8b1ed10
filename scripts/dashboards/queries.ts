/**
 * PromQL of the dashboards. Metric names pass through these functions, which reject a name that neither the operator nor
 * the servers register. Everything is kept apart by `cluster`; where no series has that label, it is empty everywhere and
 * changes nothing.
 */
import { registeredMetrics } from '../generated/metrics-table.ts';

const registered = new Set(registeredMetrics().map(({ name }) => name));

/** The name itself. @throws Error for a metric that is not registered. */
export function metric(name: string): string {
  if (!registered.has(name) && !registered.has(name.replace(/_(bucket|sum|count)$/, ''))) {
    throw new Error(`no program registers a metric ${name}`);
  }
  return name;
}

function select(name: string, matchers: readonly string[]): string {
  return `${metric(name)}{${matchers.join(', ')}}`;
}

/** Series in the chosen clusters. */
export function ofClusters(name: string): string {
  return select(name, ['cluster=~"$cluster"']);
}

/** Series of the chosen Models, with further matchers such as `phase="Running"`. */
export function ofModels(name: string, ...matchers: readonly string[]): string {
  return select(name, ['cluster=~"$cluster"', 'namespace=~"$namespace"', 'model=~"$model"', ...matchers]);
}

/** Series of servers in the chosen namespaces. They have no label `model`; see `joinModel`. */
export function ofServers(name: string, ...matchers: readonly string[]): string {
  return select(name, ['cluster=~"$cluster"', 'namespace=~"$namespace"', ...matchers]);
}

/** Series of the chosen operators. */
export function ofOperators(name: string, ...matchers: readonly string[]): string {
  return select(name, ['cluster=~"$cluster"', 'job=~"$job"', ...matchers]);
}

/** One value a Model, and for each combination of further labels: two operators may export the same series. */
export function byModel(
  name: string,
  labels: readonly string[] = [],
  ...matchers: readonly string[]
): string {
  const by = ['cluster', 'namespace', 'model', ...labels].join(', ');
  return `max by (${by}) (${ofModels(name, ...matchers)})`;
}

/** Multiplies a server's series by 1, which limits them to the chosen Models and adds labels of bellwether_model_info. */
export function joinModel(...labels: readonly string[]): string {
  const info = ofModels('bellwether_model_info');
  return `* on (cluster, job, instance) group_left (${labels.join(', ')}) ${info}`;
}

/** Matchers for requests of clients: without probes and Prometheus, and without uploads, whose duration is their file's. */
export const clientRoutes = 'route!~"/health|/livez|/metrics|/v2/health/.+"';
export const clientRoutesWithoutUploads = 'route!~"/health|/livez|/metrics|/v2/health/.+|/predict_batch"';
