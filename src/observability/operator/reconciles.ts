/** Metrics of reconciles, with controller-runtime's names. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Name of the only controller. It reconciles a Model with everything that belongs to it. */
export const controller = 'model';

/** Seconds; controller-runtime's buckets, so that its dashboards work. */
const buckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];

/** Result of a reconcile, with controller-runtime's names. */
export type ReconcileResult = 'success' | 'requeue' | 'requeue_after' | 'error';

/**
 * @param concurrency reconciles that may be in progress at once.
 * @returns a function that records one reconcile.
 */
export function reconcileMetrics(
  registry: Registry,
  concurrency: number,
): (result: ReconcileResult, seconds: number) => void {
  const registers = [registry];
  const total = new Counter({
    name: 'controller_runtime_reconcile_total',
    help: 'Reconciles by result',
    labelNames: ['controller', 'result'],
    registers,
  });
  const errors = new Counter({
    name: 'controller_runtime_reconcile_errors_total',
    help: 'Reconciles that failed',
    labelNames: ['controller'],
    registers,
  });
  const time = new Histogram({
    name: 'controller_runtime_reconcile_time_seconds',
    help: 'Duration of reconciles',
    labelNames: ['controller'],
    buckets,
    registers,
  });
  new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Reconciles that may be in progress at once',
    labelNames: ['controller'],
    registers,
  }).set({ controller }, concurrency);
  // Initialised to 0 so that rate() works from the first scrape.
  for (const result of ['success', 'requeue', 'requeue_after', 'error']) total.inc({ controller, result }, 0);
  errors.inc({ controller }, 0);
  return (result, seconds) => {
    total.inc({ controller, result });
    if (result === 'error') errors.inc({ controller });
    time.observe({ controller }, seconds);
  };
}
