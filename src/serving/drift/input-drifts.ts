/**
 * Drift by origin of the rows. Uploads have a separate window: one upload of a whole history would fill a common one
 * with rows like those of training and hide the rows of requests for months.
 */
import { InputDrift } from './input-drift.ts';

/** The origins of rows: single requests, or uploaded files. */
export const ways = ['requests', 'uploads'] as const;

export type InputDrifts = Readonly<Record<(typeof ways)[number], InputDrift>>;

/** @param features names, in the order of the columns. */
export function inputDrifts(features: readonly string[]): InputDrifts {
  return { requests: new InputDrift(features), uploads: new InputDrift(features) };
}
