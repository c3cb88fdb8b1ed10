/** Tunes and trains both models: Train does it once, Evaluate's walk-forward once per fold. */
import type { ArtifactSpec } from '../api/training-run.ts';
import { riskLevels } from '../features/risk.ts';
import { type FittedRegressor, fitRegressor } from '../models/booster/fit.ts';
import { type ClassifierFit, fitClassifier } from '../models/forest/fit.ts';
import { sliceRows } from '../models/matrix.ts';
import type { RunTask } from '../models/training-tasks.ts';
import type { DatasetRows } from './dataset.ts';

export interface FittedModels {
  readonly regressor: FittedRegressor;
  readonly classifier: ClassifierFit;
}

/** Rows `[fromRow, toRow)` of the dataset, and the thresholds of their risk classes. */
export interface FitWindow {
  readonly fromRow: number;
  readonly toRow: number;
  readonly thresholds: readonly [number, number];
}

/**
 * Tunes and trains both on the window only, concurrently: their tasks share the workers, so that no core is idle while
 * the longer one finishes.
 * @param onProgress receives the finished fraction of each model, in (0, 1]
 * @throws Failure as `fitRegressor` and `fitClassifier`
 */
export async function fitModels(
  dataset: Pick<DatasetRows, 'x' | 'returnNext' | 'volatilityAhead'>,
  { fromRow, toRow, thresholds }: FitWindow,
  spec: ArtifactSpec,
  runTask: RunTask,
  onProgress: (model: keyof FittedModels, fraction: number) => void = () => {},
): Promise<FittedModels> {
  const x = sliceRows(dataset.x, fromRow, toRow);
  const returns = dataset.returnNext.subarray(fromRow, toRow);
  const risks = riskLevels(dataset.volatilityAhead.subarray(fromRow, toRow), thresholds);
  const { validation, seed } = spec;
  const tuning = { folds: validation.folds, embargo: validation.embargoDays, seed };
  const progress = (model: keyof FittedModels) => (fraction: number) => onProgress(model, fraction);
  const [regressor, classifier] = await Promise.all([
    fitRegressor(x, returns, { ...tuning, spec: spec.regressor }, runTask, progress('regressor')),
    fitClassifier(x, risks, { ...tuning, spec: spec.classifier }, runTask, progress('classifier')),
  ]);
  return { regressor, classifier };
}
