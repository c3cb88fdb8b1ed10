/** Counts the rows that a model has predicted, by risk class and by predicted return. */
import { Counter, type Registry } from 'prom-client';
import { riskNames } from '../api/risk.ts';
import { returnBuckets, type Tally } from './tally.ts';
import { TallyHistogram } from './tally-histogram.ts';

export interface PredictionMetrics {
  /** Counts one row. Does not allocate. */
  count(predictedReturn: number, riskLevel: number): void;
  /** Adds rows that a worker counted: returns by `returnBuckets`, and the number of rows of each risk level. */
  add(returns: Tally, risks: ArrayLike<number>): void;
}

/** Registers both metrics, initialised to 0. */
export function predictionMetrics(
  registry: Registry,
  model: { readonly name: string; readonly version: string },
): PredictionMetrics {
  const labels = { model: model.name, version: model.version };
  /** Rows of each risk level since the last scrape. Looking up a series by its labels costs more than counting. */
  const counted = new Float64Array(riskNames.length);
  new Counter({
    name: 'bellwether_predictions_total',
    help: 'Rows predicted, by predicted risk class',
    labelNames: ['model', 'version', 'risk'],
    registers: [registry],
    collect() {
      riskNames.forEach((risk, level) => void this.inc({ ...labels, risk }, counted[level]));
      counted.fill(0);
    },
  });
  const returns = new TallyHistogram({
    name: 'bellwether_predicted_return',
    help: 'Predicted next-day returns as fractions',
    bounds: returnBuckets,
    registry,
  });
  return {
    count: (predictedReturn, riskLevel) => {
      counted[riskLevel]! += 1;
      returns.observe(predictedReturn);
    },
    add: (tally, risks) => {
      for (let level = 0; level < counted.length; level++) counted[level]! += risks[level]!;
      returns.add(tally);
    },
  };
}
