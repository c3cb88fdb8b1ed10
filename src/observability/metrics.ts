/** The server's metrics; one registry per server. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { createRegistry } from './registry.ts';

/** Seconds; the same buckets as the exporters of common web frameworks, so that their dashboards work. */
const durationBuckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] as const;

/** The steps of loading a model, in order. */
export type LoadPhase = 'verify' | 'decode' | 'prove';

export interface ServerMetrics {
  readonly registry: Registry;
  readonly requests: Counter<'route' | 'method' | 'status'>;
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>;
  /** By error code. */
  readonly validationFailures: Counter<'reason'>;
  readonly modelInfo: Gauge<'model' | 'version' | 'digest'>;
  readonly modelLoadSeconds: Gauge<'phase'>;
  /** Evaluate's figures on the holdout and in walk-forward. */
  readonly quality: Gauge<'figure' | 'set'>;
  /** Rows of `/predict_batch`: predicted, warming_up, or skipped because they are invalid. */
  readonly batchRows: Counter<'outcome'>;
  readonly batchSeconds: Histogram<'outcome'>;
  /** Uploads being processed, and the maximum at once. */
  readonly batchUploads: Gauge;
  readonly batchUploadsLimit: Gauge;
}

/** Registers all metrics. @param processMetrics adds those of the process: memory, event loop lag, garbage collection. */
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
      help: "Time from the request's headers to the end of the response",
      labelNames: ['route', 'method', 'status'],
      buckets: [...durationBuckets],
      registers,
    }),
    validationFailures: new Counter({
      name: 'bellwether_validation_failures_total',
      help: 'Requests refused because of their content, by error code',
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
      help: 'Time to load the model, by phase: verify (read and verify every file), decode (the models), prove (compare the golden rows)',
      labelNames: ['phase'],
      registers,
    }),
    quality: new Gauge({
      name: 'bellwether_model_quality',
      help: 'Figures by which the model in service was promoted',
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
      help: "Time from an upload's headers to the end of the response",
      labelNames: ['outcome'],
      buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
      registers,
    }),
    batchUploads: new Gauge({
      name: 'bellwether_batch_uploads',
      help: 'Uploads to /predict_batch being processed',
      registers,
    }),
    batchUploadsLimit: new Gauge({
      name: 'bellwether_batch_uploads_limit',
      help: 'Uploads that may be processed at once; further ones get status 503',
      registers,
    }),
  };
}
