/** Predicts one row with every tree. */
import { classCount, type Forest } from './forest.ts';

/**
 * The class that most trees vote for, and the share of votes of each class in `probabilities` (three
 * numbers). A tie goes to the class that reached that number of votes first, as in the library
 * (`ml-array-mode`). Reads `forest.columns` finite values from `values[offset …]`; allocates nothing.
 */
export function voteRisk(
  forest: Forest,
  values: Float64Array,
  offset: number,
  probabilities: Float64Array,
): number {
  const { trees, roots, feature, threshold, right } = forest;
  probabilities[0] = 0;
  probabilities[1] = 0;
  probabilities[2] = 0;
  let winner = 0;
  let most = 0;
  for (let tree = 0; tree < trees; tree++) {
    let node = roots[tree]!;
    let column = feature[node]!;
    while (column >= 0) {
      node = values[offset + column]! < threshold[node]! ? node + 1 : right[node]!;
      column = feature[node]!;
    }
    const level = -1 - column;
    const votes = probabilities[level]! + 1;
    probabilities[level] = votes;
    if (votes > most) {
      most = votes;
      winner = level;
    }
  }
  for (let level = 0; level < classCount; level++) probabilities[level] = probabilities[level]! / trees;
  return winner;
}
