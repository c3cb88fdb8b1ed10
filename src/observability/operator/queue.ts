/** The work queue, under controller-runtime's names. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { controller } from './names.ts';

const labelNames = ['name', 'controller'] as const;
const labels = { name: controller, controller };
/** Seconds; controller-runtime's own. */
const buckets = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10, 100, 1000];

/** What the work queue tells. */
export interface QueueMetrics {
  added(): void;
  depth(waiting: number): void;
  active(workers: number): void;
  started(waitedSeconds: number): void;
  finished(workedSeconds: number): void;
  retried(): void;
}

/** @param underWay how long each key that is being worked on has been so, in seconds; asked at each scrape. */
export function queueMetrics(registry: Registry, underWay: () => readonly number[]): QueueMetrics {
  const registers = [registry];
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
    buckets,
    registers,
  });
  const worked = new Histogram({
    name: 'workqueue_work_duration_seconds',
    help: 'Time that working on a key took',
    labelNames,
    buckets,
    registers,
  });
  new Gauge({
    name: 'workqueue_unfinished_work_seconds',
    help: 'Time that keys have been worked on which are not done yet, all together: large means stuck',
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
    help: 'Time that the key has been worked on which has been so for the longest',
    labelNames,
    registers,
    collect() {
      this.set(labels, Math.max(0, ...underWay()));
    },
  });
  const active = new Gauge({
    name: 'controller_runtime_active_workers',
    help: 'Reconciles under way',
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
