/** The bars of what serves, up to the latest: by the rules of Fetch, and kept in memory. */
import { artifactFiles, type FetchReport } from '../../api/artifacts.ts';
import { trainingRunSpecSchema } from '../../api/training-run.ts';
import { Failure } from '../../failure.ts';
import type { Bar } from '../../market/bar.ts';
import { parseBars } from '../../market/bars-csv.ts';
import { createFetchStage, type FetchOptions } from '../fetch.ts';
import type { StageContext } from '../stage.ts';

export type FetchWork = Pick<StageContext, 'signal' | 'progress' | 'runTask'> & {
  /** The moment of the question, ISO 8601: decides which bars are settled. */
  readonly now: string;
};

/**
 * From the first bar that the version's own Fetch got, so that features which remember their past (RSI) are the same.
 * @throws Failure as Fetch does, and InvalidSpec for bars from a file, which no later ones can be asked of.
 */
export async function fetchSince(
  { symbol, source, from }: FetchReport,
  { now, ...work }: FetchWork,
  options: FetchOptions = {},
): Promise<Bar[]> {
  if (source === 'File') {
    throw new Failure(
      'InvalidSpec',
      `the bars of ${symbol} came from a file: only a run with a newer file can score what serves`,
      { symbol, source },
    );
  }
  const spec = trainingRunSpecSchema.parse({ symbol, data: { source, start: from } });
  const outputs = new Map<string, string>();
  await createFetchStage(options).run(
    {
      ...work,
      spec,
      input: name => Promise.reject(new Error(`Fetch does not read ${name}`)),
      output: async (file, data) => void outputs.set(file, data.toString()),
    },
    { now },
  );
  return parseBars(outputs.get(artifactFiles.bars) ?? '');
}
