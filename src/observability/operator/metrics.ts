/** The operator's metrics, with controller-runtime's names where it has one; one registry per operator. */
import { Gauge, Histogram, type Registry } from 'prom-client';
import { createRegistry } from '../registry.ts';
import { type ApiCall, apiCallMetrics } from './api-calls.ts';
import type { ModelFigures } from './model-figures.ts';
import { modelGauges } from './model-gauges.ts';
import { type QueueMetrics, queueMetrics } from './queue.ts';
import { type ReconcileResult, reconcileMetrics } from './reconciles.ts';
import { type Transition, transitionMetrics } from './transitions.ts';
import { type Watch, watchMetrics } from './watches.ts';

/** Seconds. */
const handoverBuckets = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** State that is read at each scrape. */
export interface OperatorState {
  /** Figures of every Model; empty while another process leads. */
  models(): readonly ModelFigures[];
  watches(): readonly Watch[];
  /** Whether each configured namespace is lost; empty when all namespaces are watched. */
  lostNamespaces(): ReadonlyMap<string, boolean>;
  /** Time since the start of each reconcile in progress, in seconds. */
  underWay(): readonly number[];
}

export interface OperatorMetrics {
  readonly registry: Registry;
  /** The text of a scrape; concurrent scrapes share one. */
  scrape(): Promise<string>;
  observeReconcile(result: ReconcileResult, seconds: number): void;
  readonly queue: QueueMetrics;
  countCall(call: ApiCall): void;
  setLeader(lease: string, isLeader: boolean): void;
  /** Time from the first observation of a stage's end to the creation of the next stage's Job. */
  observeHandover(seconds: number): void;
  countTransition(transition: Transition): void;
  /** A failed list, a broken watch or an unreadable object. */
  countWatchProblem(kind: string, what: string): void;
}

export interface OperatorMetricsOptions {
  /** Models reconciled at once. */
  readonly concurrency: number;
  /** Version of the operator, such as 0.1.0. */
  readonly version: string;
  readonly state: OperatorState;
}

export function createOperatorMetrics({
  concurrency,
  version,
  state,
}: OperatorMetricsOptions): OperatorMetrics {
  const registry = createRegistry(true);
  const registers = [registry];
  const leader = new Gauge({
    name: 'leader_election_master_status',
    help: 'Whether this process holds the Lease',
    labelNames: ['name'],
    registers,
  });
  new Gauge({
    name: 'bellwether_build_info',
    help: 'The version of the operator; always 1',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const handover = new Histogram({
    name: 'bellwether_stage_handover_seconds',
    help: "Time from the first observation of a stage's end to the creation of the next stage's Job",
    buckets: handoverBuckets,
    registers,
  });
  // Computed once per scrape, for about thirty gauges.
  let models: readonly ModelFigures[] = [];
  modelGauges(registry, () => models);
  const write = async () => {
    models = state.models();
    return await registry.metrics();
  };
  let writing: Promise<string> | null = null;
  return {
    registry,
    scrape: () => {
      writing ??= write().finally(() => {
        models = [];
        writing = null;
      });
      return writing;
    },
    observeReconcile: reconcileMetrics(registry, concurrency),
    queue: queueMetrics(registry, state.underWay),
    countCall: apiCallMetrics(registry),
    setLeader: (name, isLeader) => leader.set({ name }, Number(isLeader)),
    observeHandover: seconds => handover.observe(seconds),
    countTransition: transitionMetrics(registry),
    countWatchProblem: watchMetrics(registry, state.watches, state.lostNamespaces),
  };
}
