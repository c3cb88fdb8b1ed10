/**
 * Drift by the way that rows came. Uploads have a window of their own: one upload of a whole history would fill it with
 * rows like those of training, and what requests ask would not be seen for months.
 */
import { InputDrift } from './input-drift.ts';

/** How rows come: one by one or a few at a time, or in a file. */
export const ways = ['requests', 'uploads'] as const;

export type InputDrifts = Readonly<Record<(typeof ways)[number], InputDrift>>;

/** @param features names, in the order of the columns. */
export function inputDrifts(features: readonly string[]): InputDrifts {
  return { requests: new InputDrift(features), uploads: new InputDrift(features) };
}
