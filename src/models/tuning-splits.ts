/** The folds inside a training window that choose a model's parameters. */
import { type Split, walkForward } from './walk-forward.ts';

/** Fewest rows that a fold trains on; smaller windows teach nothing about the model that will be used. */
const fewestRows = 20;

/**
 * The folds that tune: the later half of the rows is validated, so that every training window has at least half
 * the length of the final one, less the embargo. None when there are too few rows.
 */
export function tuningSplits(rows: number, folds: number, embargo: number): Split[] {
  const firstTest = Math.floor(rows / 2);
  const minimumTrain = firstTest - embargo;
  if (minimumTrain < fewestRows || rows - firstTest < folds) return [];
  return walkForward(rows, folds, embargo, minimumTrain);
}
