/**
 * The proof that no column looks further ahead than its `reach`. A past value must not change when later bars are
 * removed: every column is recomputed on histories that are cut at many points, and each value that is determined at the
 * cut is compared, bit for bit, with the one from the whole history. This finds every dependence on later bars, such as
 * a centred average or a mean over the whole series. Replacing later bars by noise would find nothing more: a function
 * that reads a later bar cannot return the same value without it.
 */
import { Failure } from '../failure.ts';
import type { Bar } from '../market/bar.ts';
import type { Column } from './columns.ts';

export interface LeakageProof {
  /** Truncated histories that were compared. */
  readonly cutPoints: number;
  readonly comparedValues: number;
}

/** Enough to detect a leak of one bar on every weekday many times. */
const mostCutPoints = 100;
const fewestCutPoints = 10;
/** Recomputed bars over all cut points: limits the proof to a few seconds on long histories. */
const recomputedBars = 1_500_000;

/**
 * @param compute computes all columns of a history; called with prefixes of `bars`.
 * @param lookback the first cut leaves this many bars, so that there is something to compare.
 * @throws Failure `LookAhead` with the column, the day and the two values.
 */
export function proveNoLookAhead(
  bars: readonly Bar[],
  lookback: number,
  compute: (bars: readonly Bar[]) => readonly Column[],
): LeakageProof {
  const whole = compute(bars);
  let comparedValues = 0;
  const cuts = cutPoints(bars.length, lookback);
  for (const cut of cuts) {
    const truncated = compute(bars.slice(0, cut));
    whole.forEach((column, i) => {
      comparedValues += compareColumn(bars, cut, column, truncated[i]!);
    });
  }
  return { cutPoints: cuts.length, comparedValues };
}

/** Lengths of the truncated histories, spread by the golden ratio so that no calendar cycle hides a leak. */
export function cutPoints(bars: number, lookback: number): number[] {
  const affordable = Math.floor((2 * recomputedBars) / bars);
  const count = Math.min(mostCutPoints, Math.max(fewestCutPoints, affordable));
  const goldenRatio = (Math.sqrt(5) - 1) / 2;
  const cuts = Array.from(
    { length: count },
    (_, k) => lookback + Math.floor(((k * goldenRatio) % 1) * (bars - lookback)),
  );
  return [...new Set(cuts)].sort((a, b) => a - b);
}

/** Compares the values that are determined at the cut, and returns how many there are. */
function compareColumn(bars: readonly Bar[], cut: number, whole: Column, truncated: Column): number {
  const determined = Math.max(0, cut - whole.reach);
  for (let bar = 0; bar < determined; bar++) {
    const before = truncated.values[bar];
    const after = whole.values[bar]!;
    if (Object.is(before, after)) continue;
    const date = bars[bar]!.date;
    const lastDate = bars[cut - 1]!.date;
    throw new Failure(
      'LookAhead',
      `${whole.name} of ${date} looks ahead: ${before} from the bars up to ${lastDate}, ` +
        `${after} once later bars are known`,
      { feature: whole.name, date, lastDate, truncated: before, whole: after },
    );
  }
  return determined;
}
