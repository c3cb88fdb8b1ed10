/** Scores what serves or served by the bars that a run of its Model has fetched, before the run can take its place. */
import { dirname } from 'node:path';
import { artifactFiles } from '../../api/artifacts.ts';
import type { Tenure } from '../../api/tenures.ts';
import { readStage, stageFolder } from '../artifacts.ts';
import { parseBars } from '../bars-csv.ts';
import { otherBars, readFetched } from './fetched.ts';
import { beforeRecentHole } from './recent-hole.ts';
import { type Finding, readServed, scoreServed } from './score-served.ts';

export interface RunFinding extends Finding {
  /** Why there are no figures, in half a sentence about the version; null where there are. */
  readonly reason: string | null;
}

/**
 * Nothing is scored by bars that are not what the version was trained on, continued.
 * @param runFolder `<artifacts>/<model>/<run>`, whose Fetch is done.
 * @param version that serves.
 * @param tenures oldest first, at least one.
 * @throws Failure as `readServed` and `scoreServed`.
 */
export async function scoreByRun(
  runFolder: string,
  version: string,
  tenures: readonly Tenure[],
): Promise<RunFinding> {
  const modelFolder = dirname(runFolder);
  const fetch = await readStage(stageFolder(runFolder, 'Fetch'));
  const fetched = await readFetched(fetch);
  const served = await readServed(modelFolder, version);
  const reason = otherBars(served.fetched, fetched);
  if (reason !== null) return { live: null, problem: null, reason };
  const bars = parseBars((await fetch.read(artifactFiles.bars)).toString('utf8'));
  const offered = beforeRecentHole(bars, fetched.dropped);
  const finding = await scoreServed(modelFolder, served, tenures, offered);
  return { ...finding, reason: finding.live === null ? 'none of its days has come true yet' : null };
}
