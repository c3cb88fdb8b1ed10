import type { ModelCard } from '../api/artifacts.ts';
import type { Evaluation } from '../api/evaluation.ts';
import type { Prediction } from '../api/predictions.ts';
import type { Bar } from '../market/bar.ts';

/** What a report is made of. */
export interface ReportInput {
  readonly evaluation: Evaluation;
  readonly model: ModelCard;
  readonly bars: readonly Bar[];
  /** A row for each bar after the features' warm-up, as in `features.csv`. */
  readonly dataset: {
    readonly description: {
      readonly leakage: { readonly cutPoints: number; readonly comparedValues: number };
    };
    readonly dates: readonly string[];
    /** Daily standard deviation as of each date, a fraction; NaN where unknown. */
    readonly volatilityNow: ArrayLike<number>;
  };
  readonly predictions: readonly Prediction[];
}
