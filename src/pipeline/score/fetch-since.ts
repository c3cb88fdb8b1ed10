/** Fetches the latest bars for the version that serves, by the rules of Fetch, into memory. */
import { trainingRunSpecSchema } from '../../api/training-run.ts';
import { Failure } from '../../failure.ts';
import type { Bar } from '../../market/bar.ts';
import { sources } from '../../market/sources/registry.ts';
import { type FetchOptions, type FetchWork, fetchBars, originOf } from '../fetch.ts';
import { type Fetched, otherBars } from './fetched.ts';
import { beforeRecentHole } from './recent-hole.ts';

/**
 * The bars begin with the first bar of the version's own Fetch, so that features with a long memory (RSI) are the same,
 * and end before a recent hole. The accepted gap is that of the version's run. Few or old bars are accepted: without newer
 * bars there is nothing to score, which is not an error. Time limits and retries are the defaults, because artifacts do
 * not contain the run's.
 * @throws Failure as Fetch does, and InvalidSpec for bars from a file, which has no later bars, or when the source sends
 * its requests elsewhere now.
 */
export async function fetchSince(
  trainedOn: Fetched,
  work: FetchWork,
  options: FetchOptions = {},
): Promise<readonly Bar[]> {
  const { symbol, source, from, maximumGapDays } = trainedOn;
  if (!sources[source].isBySymbol) {
    throw new Failure(
      'InvalidSpec',
      `the bars of ${symbol} come from a file: only a run with a newer file can score the version that serves`,
      { symbol, source },
    );
  }
  const spec = trainingRunSpecSchema.parse({ symbol, data: { source, start: from } });
  const limits = { maximumGapDays, minimumBars: 1, age: undefined };
  const { bars, report } = await fetchBars(spec, limits, work, options);
  const origin = originOf(source, options);
  const difference = otherBars(trainedOn, { ...report, origin, maximumGapDays });
  if (difference !== null) {
    throw new Failure('InvalidSpec', `the version that serves was not scored: ${difference}`, {
      symbol,
      source,
      origin,
    });
  }
  return beforeRecentHole(bars, report.dropped);
}
