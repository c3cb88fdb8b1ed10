/** Scores what serves by the bars that a run of its Model has fetched, before the run can take its place. */
import { dirname } from 'node:path';
import { artifactFiles } from '../../api/artifacts.ts';
import type { LiveScore } from '../../api/live.ts';
import { parseBars } from '../../market/bars-csv.ts';
import { readStage, stageFolder } from '../artifacts.ts';
import { otherBars, readFetched } from './fetched.ts';
import { beforeRecentHole } from './recent-hole.ts';
import { readServed, scoreServed } from './score-served.ts';

export interface RunScore {
  readonly live: LiveScore | null;
  /** Why that is null, in half a sentence about the version. */
  readonly reason: string | null;
}

/**
 * Nothing is scored by bars that are not what the version was trained on, continued.
 * @param runFolder `<artifacts>/<model>/<run>`, whose Fetch is done.
 * @param version that serves.
 * @throws Failure as `readServed` and `scoreServed`.
 */
export async function scoreByRun(runFolder: string, version: string): Promise<RunScore> {
  const modelFolder = dirname(runFolder);
  const fetch = await readStage(stageFolder(runFolder, 'Fetch'));
  const fetched = await readFetched(fetch);
  const served = await readServed(modelFolder, version);
  const reason = otherBars(served.fetched, fetched);
  if (reason !== null) return { live: null, reason };
  const bars = parseBars((await fetch.read(artifactFiles.bars)).toString('utf8'));
  const live = await scoreServed(modelFolder, served, beforeRecentHole(bars, fetched.dropped));
  return { live, reason: live === null ? 'none of its days has come true yet' : null };
}
