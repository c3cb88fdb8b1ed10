/**
 * The proof that no column looks further ahead than it says. A value of the past must not change when the
 * future is taken away: every column is computed anew on histories cut at many points, and every value that
 * was already due at the cut is compared, bit for bit, with the one from the whole history. This finds
 * whatever depends on later bars, such as a centred average or a mean over the whole series. Replacing the
 * later bars by noise instead of removing them would find nothing more: a function of its argument that
 * reads a later bar can't compute the same without it.
 */
import { Failure } from '../failure.ts';
import type { Bar } from '../market/bar.ts';
import type { Column } from './columns.ts';

export interface LeakageProof {
  /** Truncated histories that were compared. */
  readonly cutPoints: number;
  readonly comparedValues: number;
}

/** Enough that a leak of one bar shows on every weekday many times over. */
const mostCutPoints = 100;
const fewestCutPoints = 10;
/** Keeps the proof below some seconds on long histories: recomputed bars over all cut points. */
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

/** Lengths of the truncated histories, spread by the golden ratio so that no calendar rhythm hides a leak. */
export function cutPoints(bars: number, lookback: number): number[] {
  const wanted = Math.floor((2 * recomputedBars) / bars);
  const count = Math.min(mostCutPoints, Math.max(fewestCutPoints, wanted));
  const goldenRatio = (Math.sqrt(5) - 1) / 2;
  const cuts = Array.from(
    { length: count },
    (_, k) => lookback + Math.floor(((k * goldenRatio) % 1) * (bars - lookback)),
  );
  return [...new Set(cuts)].sort((a, b) => a - b);
}

/** Compares the values that were due at the cut, and returns how many those were. */
function compareColumn(bars: readonly Bar[], cut: number, whole: Column, truncated: Column): number {
  const due = Math.max(0, cut - whole.reach);
  for (let bar = 0; bar < due; bar++) {
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
  return due;
}
