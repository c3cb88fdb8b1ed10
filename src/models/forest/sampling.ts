/** Draws the training rows of each tree. */
import type { Random } from '../random.ts';
import { classCount, type Sampling } from './forest.ts';

/** The rows of each class, in ascending order. */
export function rowsByClass(labels: Uint8Array): number[][] {
  const rows = Array.from({ length: classCount }, (): number[] => []);
  labels.forEach((label, row) => {
    rows[label]!.push(row);
  });
  return rows;
}

/**
 * Draws as many rows as there are, with replacement, class by class: Stratified keeps the classes' own
 * counts; Balanced gives every class that occurs the same count, the first ones one more where it does
 * not divide. This is the method of Chen, Liaw and Breiman, "Using random forest to learn imbalanced data"
 * (2004), except for the total, which stays that of the data.
 */
export function drawRows(
  classes: readonly (readonly number[])[],
  sampling: Exclude<Sampling, 'Bootstrap'>,
  random: Random,
): number[] {
  const present = classes.filter(rows => rows.length > 0);
  const total = present.reduce((sum, rows) => sum + rows.length, 0);
  const drawn: number[] = [];
  present.forEach((rows, index) => {
    const equalShare = Math.floor((total + present.length - 1 - index) / present.length);
    const wanted = sampling === 'Stratified' ? rows.length : equalShare;
    for (let i = 0; i < wanted; i++) drawn.push(rows[random.below(rows.length)]!);
  });
  return drawn;
}
