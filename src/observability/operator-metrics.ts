/** What the operator counts and times, under controller-runtime's names where it has one; one registry an operator. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createRegistry } from './registry.ts';

const controller = 'model';
const queue = { name: controller, controller };

/** Seconds; controller-runtime's own, so that dashboards fit. */
const reconcileBuckets = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.25, 1.5,
  1.75, 2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60,
];
const queueBuckets = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];
const handoverBuckets = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How a reconcile ended, in controller-runtime's words. */
export type ReconcileResult = 'success' | 'requeue' | 'requeue_after' | 'error';

export interface OperatorMetrics {
  readonly registry: Registry;
  reconciled(result: ReconcileResult, seconds: number): void;
  /** What the work queue tells. */
  readonly queue: {
    added(): void;
    depth(waiting: number): void;
    active(workers: number): void;
    started(waitedSeconds: number): void;
    finished(workedSeconds: number): void;
    retried(): void;
  };
  /** One call of the API server; code 0 when there was no answer. */
  called(call: {
    readonly method: string;
    readonly host: string;
    readonly code: number;
    /** The kind's plural. */
    readonly resource: string;
  }): void;
  leading(lease: string, yes: boolean): void;
  /** From a stage's end, as first seen, to the creation of the next one's Job. */
  handedOver(seconds: number): void;
}

/** @param concurrency Models worked on at once. */
export function createOperatorMetrics(concurrency: number): OperatorMetrics {
  const registry = createRegistry(true);
  const registers = [registry];
  const leader = new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process holds the Lease',
    labelNames: ['name'],
    registers,
  });
  const calls = new Counter({
    name: 'rest_client_requests_total',
    help: 'Requests to the API server by status, method and host',
    labelNames: ['code', 'method', 'host'],
    registers,
  });
  const resources = new Counter({
    name: 'bellwether_api_requests_total',
    help: 'Requests to the API server by method and kind: what the operator costs it',
    labelNames: ['method', 'resource'],
    registers,
  });
  const handover = new Histogram({
    name: 'bellwether_stage_handover_seconds',
    help: "Time from a stage's end, as first seen, to the creation of the next stage's Job",
    buckets: handoverBuckets,
    registers,
  });
  return {
    registry,
    reconciled: reconcileMetrics(registry, concurrency),
    queue: queueMetrics(registry),
    called: ({ method, host, code, resource }) => {
      calls.inc({ code: code === 0 ? '<error>' : code, method, host });
      resources.inc({ method, resource });
    },
    leading: (name, yes) => leader.set({ name }, yes ? 1 : 0),
    handedOver: seconds => handover.observe(seconds),
  };
}

function reconcileMetrics(registry: Registry, concurrency: number): OperatorMetrics['reconciled'] {
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
    help: 'Time a reconcile took',
    labelNames: ['controller'],
    buckets: reconcileBuckets,
    registers,
  });
  new Gauge({
    name: 'controller_runtime_max_concurrent_reconciles',
    help: 'Reconciles that may be under way at once',
    labelNames: ['controller'],
    registers,
  }).set({ controller }, concurrency);
  // There from the first scrape on, so that rates can be had of them.
  for (const result of ['success', 'requeue', 'requeue_after', 'error']) total.inc({ controller, result }, 0);
  errors.inc({ controller }, 0);
  return (result, seconds) => {
    total.inc({ controller, result });
    if (result === 'error') errors.inc({ controller });
    time.observe({ controller }, seconds);
  };
}

function queueMetrics(registry: Registry): OperatorMetrics['queue'] {
  const registers = [registry];
  const labelNames = ['name', 'controller'] as const;
  const depth = new Gauge({ name: 'workqueue_depth', help: 'Keys that wait', labelNames, registers });
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added', labelNames, registers });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys retried',
    labelNames,
    registers,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'Time a key waited before it was worked on',
    labelNames,
    buckets: queueBuckets,
    registers,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'Time that working on a key took',
    labelNames,
    buckets: queueBuckets,
    registers,
  });
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Reconciles under way',
    labelNames: ['controller'],
    registers,
  });
  active.set({ controller }, 0);
  depth.set(queue, 0);
  return {
    added: () => adds.inc(queue),
    depth: waiting => depth.set(queue, waiting),
    active: workers => active.set({ controller }, workers),
    started: seconds => waited.observe(queue, seconds),
    finished: seconds => worked.observe(queue, seconds),
    retried: () => retries.inc(queue),
  };
}
