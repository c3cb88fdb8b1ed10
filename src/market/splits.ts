/**
 * Finds prices that are not adjusted for a split. A model trained on them would learn a fall of 86 % (Apple's 7:1 split
 * of 2014) that did not happen.
 */
import type { Split } from './source.ts';
import type { Violation } from './violations.ts';

/** A bar with its place in the source. */
interface PlacedClose {
  readonly date: string;
  readonly open: number;
  readonly close: number;
  readonly place: string;
}

/** Splits between 4:5 and 5:4 move a price no more than an ordinary day does. */
const leastLogRatio = Math.log(1.25);
/** Bars around a split's day that may contain its jump: sources date splits a day or two off. */
const nearbyBars = 2;

/**
 * With the source's record of splits: a jump near a split, closer to the whole split than to no move at all.
 */
export function unadjustedSplits(bars: readonly PlacedClose[], splits: readonly Split[]): Violation[] {
  return splits.flatMap(split => {
    const size = Math.log(split.ratio);
    const day = bars.findIndex(bar => bar.date >= split.date);
    const isBefore = split.date < (bars[0]?.date ?? '');
    if (day === -1 || isBefore || Math.abs(size) < leastLogRatio) return [];
    const from = Math.max(1, day - nearbyBars);
    const jump = bars.slice(from, day + nearbyBars + 1).find((bar, index) => {
      const move = Math.log(bar.close / (bars[from + index - 1]?.close ?? Number.NaN));
      return Math.abs(move + size) < Math.abs(size) / 2;
    });
    if (jump === undefined) return [];
    return [
      invalid(
        jump,
        `the close jumps by the ${split.text} split of ${split.date}: prices are not adjusted for it`,
      ),
    ];
  });
}

/** Ratios of real splits, except 2:1 and below: a price can halve overnight without a split. */
const commonRatios = [3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 50, 100];
/** How far an opening price may be from the split's exact fraction: an ordinary overnight move. */
const nightMove = Math.log(1.05);

/** Without any record of splits: an open that is a common split's fraction or multiple of the close before. */
export function likelySplits(bars: readonly PlacedClose[]): Violation[] {
  return bars.slice(1).flatMap((bar, index) => {
    const before = bars[index]?.close ?? Number.NaN;
    const move = Math.log(bar.open / before);
    const ratio = commonRatios.find(common => Math.abs(Math.abs(move) - Math.log(common)) < nightMove);
    if (ratio === undefined) return [];
    const text = move < 0 ? `${ratio}:1` : `1:${ratio}`;
    return [
      invalid(
        bar,
        `the open after the close before looks like a ${text} split that prices are not adjusted for`,
      ),
    ];
  });
}

function invalid(bar: PlacedClose, what: string): Violation {
  return { reason: 'InvalidBars', message: `${bar.place}: ${what}` };
}
