/** Features that were tried and not adopted, for the comparison in `bench/features.ts`. */
import type { Bar } from '../../src/market/bar.ts';

/** The value at a bar of index 60 or more; fractions per day where not said otherwise. */
type Candidate = (bar: number) => number;

/** @param windows of the risk label: returns in it, and how many of those are known a day before. */
export function featureCandidates(
  bars: readonly Bar[],
  { window, known }: { window: number; known: number },
): Record<string, Candidate> {
  const change = (bar: number) => bars[bar]!.close / bars[bar - 1]!.close - 1;
  const last = (bar: number, count: number, value: (bar: number) => number) =>
    Array.from({ length: count }, (_, age) => value(bar - age));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = (bar: number, count: number) => {
    const returns = last(bar, count, change);
    const average = mean(returns);
    return Math.sqrt((mean(returns.map(each => (each - average) ** 2)) * count) / (count - 1));
  };
  const logRange = (bar: number) => Math.log(bars[bar]!.high / bars[bar]!.low);
  /** Parkinson, "The extreme value method for estimating the variance of the rate of return" (1980). */
  const parkinson = (bar: number) => logRange(bar) ** 2 / (4 * Math.LN2);
  /** Garman and Klass, "On the estimation of security price volatilities from historical data" (1980). */
  const garmanKlass = (bar: number) =>
    logRange(bar) ** 2 / 2 - (2 * Math.LN2 - 1) * Math.log(bars[bar]!.close / bars[bar]!.open) ** 2;
  const volume = (bar: number) => bars[bar]!.volume;
  /** The window's deviation if the next return has the given variance. */
  const expected = (bar: number, variance: number) =>
    Math.sqrt(((known - 1) * deviation(bar, known) ** 2 + variance) / (window - 1));

  return {
    // A copy of a feature adds no information; a candidate must gain more than this one.
    placebo: bar => deviation(bar, known),
    return_1: change,
    absolute_return_1: bar => Math.abs(change(bar)),
    opening_gap: bar => bars[bar]!.open / bars[bar - 1]!.close - 1,
    leaving_return: bar => change(bar - known),
    absolute_leaving_return: bar => Math.abs(change(bar - known)),
    largest_known_return: bar => Math.max(...last(bar, known, change).map(Math.abs)),
    mean_known_return: bar => mean(last(bar, known, change)),
    range_1: logRange,
    parkinson_10: bar => Math.sqrt(mean(last(bar, 10, parkinson))),
    garman_klass_10: bar => Math.sqrt(Math.max(0, mean(last(bar, 10, garmanKlass)))),
    volatility_5: bar => deviation(bar, 5),
    volatility_21: bar => deviation(bar, 21),
    volatility_known_to_50: bar => deviation(bar, known) / deviation(bar, 50),
    volume_50_ratio: bar => volume(bar) / mean(last(bar, 50, volume)) - 1,
    expected_by_21_days: bar => expected(bar, deviation(bar, 21) ** 2),
    expected_by_range: bar => expected(bar, mean(last(bar, 5, parkinson))),
  };
}
