/** The folds of a run's walk-forward: Features checks them before training, Evaluate uses them. */
import type { ArtifactSpec } from '../api/training-run.ts';
import { Failure, messageOf } from '../failure.ts';
import { type Split, walkForward } from '../models/walk-forward.ts';

/** Rows of the first training window if there are enough: with fewer, tuning is unreliable. */
const firstTrainingRows = 200;

/**
 * The splits of the labelled rows.
 * @param trainingRows of the final model: on a short series the first fold cannot have more.
 * @throws Failure `TooFewBars` when a fold would have no rows.
 */
export function walkForwardSplits(
  labelledRows: number,
  trainingRows: number,
  { walkForwardFolds, embargoDays }: ArtifactSpec['validation'],
): Split[] {
  const minimumTrain = Math.min(firstTrainingRows, trainingRows);
  try {
    return walkForward(labelledRows, walkForwardFolds, embargoDays, minimumTrain);
  } catch (error) {
    const details = { labelledRows, walkForwardFolds };
    throw new Failure('TooFewBars', `walk-forward: ${messageOf(error)}`, details, error);
  }
}
