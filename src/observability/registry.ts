import { collectDefaultMetrics, type Metric, Registry } from 'prom-client';

/** An empty registry. @param processMetrics adds metrics of the process: memory, event loop lag, garbage collection. */
export function createRegistry(processMetrics: boolean): Registry {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  return registry;
}

/** A metric that is not an instance of prom-client's classes. */
export interface CustomMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  /** The series, in the format that the registry writes. */
  get(): Promise<object>;
}

/** The registry uses no other members of a metric, although its types require one of prom-client's classes. */
export function registerCustom(registry: Registry, metric: CustomMetric): void {
  registry.registerMetric(metric as unknown as Metric);
}
