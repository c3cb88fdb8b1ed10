import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';

/** An empty registry; `processMetrics` adds those of the process: memory, event loop lag, garbage collection. */
export function createRegistry(processMetrics: boolean): Registry {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  return registry;
}

/** A metric that is none of prom-client's classes. */
export interface OwnMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** What the registry writes. */
  get(): Promise<object>;
}

/** Of a metric the registry asks no more than this, though its types want one of prom-client's own. */
export function registerOwn(registry: Registry, metric: OwnMetric): void {
  registry.registerMetric(metric as unknown as Metric);
}
