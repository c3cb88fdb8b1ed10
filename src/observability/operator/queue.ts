/** Metrics of the work queue, with controller-runtime's names. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { controller } from './reconciles.ts';

const labelNames = ['name', 'controller'] as const;
const labels = { name: controller, controller };
/** Seconds; controller-runtime's buckets. */
const buckets = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

/** Observer of the work queue. */
export interface QueueMetrics {
  added(): void;
  depth(waiting: number): void;
  active(workers: number): void;
  started(waitedSeconds: number): void;
  finished(workedSeconds: number): void;
  retried(): void;
}

/** @param underWay time since the start of each reconcile in progress, in seconds; called at each scrape. */
export function queueMetrics(registry: Registry, underWay: () => readonly number[]): QueueMetrics {
  const registers = [registry];
  const depth = new Gauge({
    name: 'workqueue_depth',
    help: 'Keys waiting in the queue',
    labelNames,
    registers,
  });
  const adds = new Counter({ name: 'workqueue_adds_total', help: 'Keys added', labelNames, registers });
  const retries = new Counter({
    name: 'workqueue_retries_total',
    help: 'Keys retried',
    labelNames,
    registers,
  });
  const waited = new Histogram({
    name: 'workqueue_queue_duration_seconds',
    help: 'Time that a key waited in the queue',
    labelNames,
    buckets,
    registers,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'Time to process a key',
    labelNames,
    buckets,
    registers,
  });
  new Gauge({
    name: 'workqueue_unfinished_work_seconds',
    help: 'Sum of the time since the start of each reconcile in progress; a large value means that one is stuck',
    labelNames,
    registers,
    collect() {
      this.set(
        labels,
        underWay().reduce((sum, seconds) => sum + seconds, 0),
      );
    },
  });
  new Gauge({
    name: 'workqueue_longest_running_processor_seconds',
    help: 'Time since the start of the longest reconcile in progress',
    labelNames,
    registers,
    collect() {
      this.set(labels, Math.max(0, ...underWay()));
    },
  });
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Reconciles in progress',
    labelNames: ['controller'],
    registers,
  });
  active.set({ controller }, 0);
  depth.set(labels, 0);
  adds.inc(labels, 0);
  retries.inc(labels, 0);
  return {
    added: () => adds.inc(labels),
    depth: waiting => depth.set(labels, waiting),
    active: workers => active.set({ controller }, workers),
    started: seconds => waited.observe(labels, seconds),
    finished: seconds => worked.observe(labels, seconds),
    retried: () => retries.inc(labels),
  };
}
