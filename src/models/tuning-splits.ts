/** The folds inside a training window that choose a model's parameters. */
import { type Split, walkForward } from './walk-forward.ts';

/** Minimum of training rows of a fold; smaller windows say little about the final model. */
const minimumRows = 20;

/**
 * The folds for tuning: the later half of the rows is validated, so that every training window has at least half
 * the length of the final one, less the embargo. None when there are too few rows.
 */
export function tuningSplits(rows: number, folds: number, embargo: number): Split[] {
  const firstTest = Math.floor(rows / 2);
  const minimumTrain = firstTest - embargo;
  if (minimumTrain < minimumRows || rows - firstTest < folds) return [];
  return walkForward(rows, folds, embargo, minimumTrain);
}
