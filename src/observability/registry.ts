import { collectDefaultMetrics, Registry } from 'prom-client';

/** An empty registry; `processMetrics` adds those of the process: memory, event loop lag, garbage collection. */
export function createRegistry(processMetrics: boolean): Registry {
  const registry = new Registry();
  if (processMetrics) collectDefaultMetrics({ register: registry });
  return registry;
}
