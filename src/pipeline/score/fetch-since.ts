/** The bars of what serves, up to the latest: by the rules of Fetch, and kept in memory. */
import { trainingRunSpecSchema } from '../../api/training-run.ts';
import { Failure } from '../../failure.ts';
import type { Bar } from '../../market/bar.ts';
import { sources } from '../../market/sources/registry.ts';
import { type FetchOptions, type FetchWork, fetchBars, originOf } from '../fetch.ts';
import { type Fetched, otherBars } from './fetched.ts';
import { beforeRecentHole } from './recent-hole.ts';

/**
 * From the first bar that the version's own Fetch got, so that features which remember their past (RSI) are the same.
 * What that accepted as a gap is accepted again. However few and old the bars are: where none has come since, there is
 * nothing new, which is no fault. They end before a recent hole. Time limits and retries are the defaults, since no
 * artifact knows the run's.
 * @throws Failure as Fetch does, and InvalidSpec for bars from a file, which no later ones can be asked of, or when Yahoo
 * is asked elsewhere by now.
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
      `the bars of ${symbol} came from a file: only a run with a newer file can score what serves`,
      { symbol, source },
    );
  }
  const spec = trainingRunSpecSchema.parse({ symbol, data: { source, start: from } });
  const limits = { maximumGapDays, minimumBars: 1, age: undefined };
  const { bars, report } = await fetchBars(spec, limits, work, options);
  const origin = originOf(source, options);
  const difference = otherBars(trainedOn, { ...report, origin, maximumGapDays });
  if (difference !== null) {
    throw new Failure('InvalidSpec', `what serves was not scored: ${difference}`, { symbol, source, origin });
  }
  return beforeRecentHole(bars, report.dropped);
}
