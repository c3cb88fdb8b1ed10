/** Counts every predicted row, of any endpoint, and collects its features for the measurement of drift. */
import type { ServerMetrics } from '../observability/metrics.ts';
import { predictionMetrics } from '../observability/prediction-metrics.ts';
import { exposeInputs } from '../observability/scraped-gauges.ts';
import type { Tally } from '../observability/tally.ts';
import type { InputDrifts } from './drift/input-drifts.ts';
import type { LoadedModel } from './model.ts';

/** The rows that a worker thread has predicted, as counts. */
export interface PredictionCounts {
  /** By `returnBuckets`. */
  readonly returns: Tally;
  /** Rows of each risk level. */
  readonly risks: readonly [number, number, number];
}

export interface PredictionRecorder {
  /** One row, its features at `values[offset …]`. Allocates nothing. */
  row(values: Float64Array, offset: number, predictedReturn: number, riskLevel: number): void;
  /** Adds the counts of a worker thread. */
  counts(counts: PredictionCounts): void;
  /** The features of the rows of an upload, row by row. */
  inputs(values: Float64Array): void;
}

/** Registers the metrics of the model and of its inputs. */
export function predictionRecorder(
  { registry }: Pick<ServerMetrics, 'registry'>,
  model: Pick<LoadedModel, 'name' | 'version' | 'features'>,
  drift: InputDrifts,
): PredictionRecorder {
  const metrics = predictionMetrics(registry, model);
  exposeInputs(registry, drift);
  const columns = model.features.length;
  return {
    row: (values, offset, predictedReturn, riskLevel) => {
      metrics.count(predictedReturn, riskLevel);
      drift.requests.take(values, offset);
    },
    counts: ({ returns, risks }) => metrics.add(returns, risks),
    inputs: values => {
      for (let offset = 0; offset < values.length; offset += columns) drift.uploads.take(values, offset);
    },
  };
}
