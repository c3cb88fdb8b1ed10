/**
 * Counts the looks at each holdout (as in sequential testing): every further run judged on the same days makes it likelier
 * that one of them is better by chance.
 */
import type { HeadlineMetrics } from '../../../api/headline.ts';
import type { ModelStatus } from '../../../api/model.ts';
import { readFigures } from './figures.ts';

export type LookCounts = NonNullable<ModelStatus['judged']>;

/** How many holdouts are stored; the one used least recently is dropped. */
const maximumHoldouts = 20;

/** The symbol and days that a run was judged on; undefined when its figures are unusable. */
export function holdoutOf(metrics: HeadlineMetrics): string | undefined {
  const read = readFigures(metrics);
  if (!read.ok) return undefined;
  const { symbol, holdoutFrom, holdoutTo } = read.value;
  return `${symbol} ${holdoutFrom} to ${holdoutTo}`;
}

/** Number of runs judged on the holdout so far. */
export function looksAt(judged: LookCounts, holdout: string | undefined): number {
  return judged.find(entry => entry.holdout === holdout)?.runs ?? 0;
}

/**
 * The significance level for a gain at look number `looks` (1 is the first). The shares 1/2, 1/6, 1/12 … add up to one:
 * however many runs are judged on the same days, the probability that any of them is promoted by chance stays within
 * `significance`. (The shares 1, 1/2, 1/3 … would add up to infinity.)
 */
export function levelOf(significance: number, looks: number): number {
  const look = Math.max(1, looks);
  return significance / (look * (look + 1));
}

/** The counts with one more look; the holdout moves to the front. */
export function withLook(judged: LookCounts, holdout: string): LookCounts {
  const runs = Math.min(looksAt(judged, holdout) + 1, 1_000_000);
  return [{ holdout, runs }, ...judged.filter(entry => entry.holdout !== holdout)].slice(0, maximumHoldouts);
}
