/** What the server counts and times, under the names of Prometheus' conventions; one registry a server. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createRegistry } from './registry.ts';

/** Seconds; the buckets of the web frameworks' own exporters, so that dashboards fit. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** Daily returns as fractions: finest where predictions lie. */
const returnBuckets = [-0.05, -0.02, -0.01, -0.005, -0.002, -0.001, 0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05];

export interface ServerMetrics {
  readonly registry: Registry;
  readonly requests: Counter<'route' | 'method' | 'status'>;
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>;
  /** Predictions of every endpoint, by `riskNames`. */
  readonly predictions: Counter<'risk'>;
  readonly predictedReturn: Histogram;
  /** By error code. */
  readonly validationFailures: Counter<'reason'>;
  readonly modelInfo: Gauge<'model' | 'version' | 'digest'>;
  readonly modelLoadSeconds: Gauge;
  /** Figures of Evaluate on the holdout and in walk-forward. */
  readonly quality: Gauge<'figure' | 'set'>;
  /** Rows of `/predict_batch`: predicted, warming_up, or skipped as bad. */
  readonly batchRows: Counter<'outcome'>;
  readonly batchSeconds: Histogram<'outcome'>;
}

/** Registers every metric; `processMetrics` adds those of the process: memory, event loop lag, garbage collection. */
export function createMetrics(processMetrics = true): ServerMetrics {
  const registry = createRegistry(processMetrics);
  const registers = [registry];
  return {
    registry,
    requests: new Counter({
      name: 'bellwether_http_requests_total',
      help: 'HTTP requests answered',
      labelNames: ['route', 'method', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'bellwether_http_request_duration_seconds',
      help: "Time from the request's headers to the end of the answer",
      labelNames: ['route', 'method', 'status'],
      buckets: [...durationBuckets],
      registers,
    }),
    predictions: new Counter({
      name: 'bellwether_predictions_total',
      help: 'Rows predicted, by predicted risk class',
      labelNames: ['risk'],
      registers,
    }),
    predictedReturn: new Histogram({
      name: 'bellwether_predicted_return',
      help: 'Predicted next-day returns as fractions',
      buckets: returnBuckets,
      registers,
    }),
    validationFailures: new Counter({
      name: 'bellwether_validation_failures_total',
      help: 'Requests refused because of what they contain, by error code',
      labelNames: ['reason'],
      registers,
    }),
    modelInfo: new Gauge({
      name: 'bellwether_model_info',
      help: 'The model in service; always 1',
      labelNames: ['model', 'version', 'digest'],
      registers,
    }),
    modelLoadSeconds: new Gauge({
      name: 'bellwether_model_load_seconds',
      help: 'Time that reading, verifying and proving the model took',
      registers,
    }),
    quality: new Gauge({
      name: 'bellwether_model_quality',
      help: 'How the model in service was judged before it was promoted',
      labelNames: ['figure', 'set'],
      registers,
    }),
    batchRows: new Counter({
      name: 'bellwether_batch_rows_total',
      help: 'Rows of /predict_batch by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'bellwether_batch_duration_seconds',
      help: "Time from an upload's headers to the end of the answer",
      labelNames: ['outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
      registers,
    }),
  };
}
