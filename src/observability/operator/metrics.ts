/** What the operator counts and times, under controller-runtime's names where it has one; one registry an operator. */
import { Gauge, Histogram, type Registry } from 'prom-client';
import { createRegistry } from '../registry.ts';
import { type ApiCall, apiCallMetrics } from './api-calls.ts';
import { type ModelFigures, modelFigureMetrics } from './model-figures.ts';
import { type QueueMetrics, queueMetrics } from './queue.ts';
import { type ReconcileResult, reconcileMetrics } from './reconciles.ts';
import { type Transition, transitionMetrics } from './transitions.ts';
import { type Watch, watchMetrics } from './watches.ts';

/** Seconds. */
const handoverBuckets = [0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** What is asked at each scrape. */
export interface OperatorState {
  /** Figures of every Model; none while another process leads. */
  models(): readonly ModelFigures[];
  watches(): readonly Watch[];
  /** How long each key that is being worked on has been so, in seconds. */
  underWay(): readonly number[];
}

export interface OperatorMetrics {
  readonly registry: Registry;
  /** The answer to a scrape; whoever asks while another is being answered gets the same. */
  scrape(): Promise<string>;
  reconciled(result: ReconcileResult, seconds: number): void;
  readonly queue: QueueMetrics;
  called(call: ApiCall): void;
  leading(lease: string, yes: boolean): void;
  /** From a stage's end, as first seen, to the creation of the next one's Job. */
  handedOver(seconds: number): void;
  happened(happening: Transition): void;
  /** A failed list, a broken watch or an unreadable object. */
  watchProblem(kind: string, what: string): void;
}

export interface OperatorMetricsOptions {
  /** Models worked on at once. */
  readonly concurrency: number;
  /** Of the code, such as 0.1.0. */
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
    help: "Time from a stage's end, as first seen, to the creation of the next stage's Job",
    buckets: handoverBuckets,
    registers,
  });
  // Gathered once a scrape, for some thirty gauges.
  let models: readonly ModelFigures[] = [];
  modelFigureMetrics(registry, () => models);
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
    reconciled: reconcileMetrics(registry, concurrency),
    queue: queueMetrics(registry, state.underWay),
    called: apiCallMetrics(registry),
    leading: (name, yes) => leader.set({ name }, yes ? 1 : 0),
    handedOver: seconds => handover.observe(seconds),
    happened: transitionMetrics(registry),
    watchProblem: watchMetrics(registry, state.watches),
  };
}
