/** Where a run's walk-forward is cut: checked before anything is trained, used when the models are judged. */
import type { ArtifactSpec } from '../api/training-run.ts';
import { Failure, messageOf } from '../failure.ts';
import { type Split, walkForward } from '../models/walk-forward.ts';

/** Rows of the first training window where there are enough: below them tuning has too little to go by. */
const firstTrainingRows = 200;

/**
 * The splits of the labelled rows.
 * @param trainingRows of the served model: on a short series all there is to begin with.
 * @throws Failure `TooFewBars` when some fold would be left without a row.
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
