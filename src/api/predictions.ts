/** One row of `evaluate/predictions.csv`: an out-of-sample prediction, the actual outcome and the trivial predictors. */
import { z } from 'zod';
import type { RiskLevel } from './risk.ts';

/** Which out-of-sample predictions: of the walk-forward's folds, or of the served model on the holdout. */
export const predictionSetSchema = z.enum(['walk_forward', 'holdout']);
export type PredictionSet = z.output<typeof predictionSetSchema>;

/** Returns are simple price returns as fractions; a date may occur once in each set. */
export interface Prediction {
  /** The day on which the prediction is made, `YYYY-MM-DD`; it is about the next bar. */
  readonly date: string;
  readonly set: PredictionSet;
  readonly actualReturn: number;
  readonly predictedReturn: number;
  /** The mean predictor's: the mean return of the rows that this model was trained on. */
  readonly meanReturn: number;
  readonly actualRisk: RiskLevel;
  readonly predictedRisk: RiskLevel;
  /** Of Low, Medium and High. */
  readonly probabilities: readonly [number, number, number];
  /** Today's class. */
  readonly persistenceRisk: RiskLevel;
  /** The class of the part of the future window that is already known. */
  readonly knownPartRisk: RiskLevel;
}
