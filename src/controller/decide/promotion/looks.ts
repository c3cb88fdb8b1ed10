/** How often a holdout has been looked at: each run judged on the same days makes a lucky one likelier. */
import type { ModelStatus } from '../../../api/model.ts';
import { type Metrics, readFigures } from './figures.ts';

export type Judged = NonNullable<ModelStatus['judged']>;

/** Holdouts that are remembered; those that nobody was judged on for the longest are forgotten. */
const mostHoldouts = 20;

/** The symbol and days that a run was judged on; undefined when it does not say. */
export function holdoutOf(metrics: Metrics): string | undefined {
  const read = readFigures(metrics);
  if (!read.ok) return undefined;
  const { symbol, holdoutFrom, holdoutTo } = read.value;
  return `${symbol} ${holdoutFrom} to ${holdoutTo}`;
}

/** Runs judged on it so far. */
export function looksAt(judged: Judged, holdout: string | undefined): number {
  return judged.find(entry => entry.holdout === holdout)?.runs ?? 0;
}

/**
 * The level at which look number `looks` (1 is the first) may find a gain. A level divided by the looks so far would
 * add up without end over further ones; 1/2, 1/6, 1/12 … add up to one: however many runs are tried on the same days,
 * all of their chances to be lucky together stay within `significance`.
 */
export function levelOf(significance: number, looks: number): number {
  const look = Math.max(1, looks);
  return significance / (look * (look + 1));
}

/** One more; the holdout moves to the front. */
export function withLook(judged: Judged, holdout: string): Judged {
  const runs = Math.min(looksAt(judged, holdout) + 1, 1_000_000);
  return [{ holdout, runs }, ...judged.filter(entry => entry.holdout !== holdout)].slice(0, mostHoldouts);
}
