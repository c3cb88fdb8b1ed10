/** The series behind the report's charts, embedded in it as JSON. */
import type { PredictionSet } from '../api/predictions.ts';
import type { RiskLevel } from '../api/risk.ts';

export interface ReturnSeries {
  readonly dates: string[];
  readonly actual: number[];
  readonly predicted: number[];
  readonly mean: number[];
}

export interface ReportData {
  readonly dates: string[];
  readonly close: number[];
  /** Daily standard deviation of returns; null while the window fills. */
  readonly volatility: (number | null)[];
  readonly risk: (RiskLevel | null)[];
  readonly thresholds: readonly [number, number];
  readonly returns: Record<PredictionSet, ReturnSeries>;
}
