/** Which rows each tree learns from. */
import type { Random } from '../random.ts';
import { classCount, type Sampling } from './forest.ts';

/**
 * Draws as many rows as there are labels, with replacement, class by class: Stratified keeps the classes' own
 * counts; Balanced gives every class that occurs the same count, the first ones one more where it does not
 * divide. It is the remedy of Chen, Liaw and Breiman, "Using random forest to learn imbalanced data" (2004),
 * but for the total, which stays that of the data.
 */
export function drawRows(
  labels: readonly number[],
  sampling: Exclude<Sampling, 'Bootstrap'>,
  random: Random,
): number[] {
  const rowsOf = Array.from({ length: classCount }, (): number[] => []);
  labels.forEach((label, row) => {
    rowsOf[label]!.push(row);
  });
  const present = rowsOf.filter(rows => rows.length > 0);
  const drawn: number[] = [];
  present.forEach((rows, index) => {
    const equalShare = Math.floor((labels.length + present.length - 1 - index) / present.length);
    const wanted = sampling === 'Stratified' ? rows.length : equalShare;
    for (let i = 0; i < wanted; i++) drawn.push(rows[random.below(rows.length)]!);
  });
  return drawn;
}
