/** Scores the versions that serve or served on the bars of a new run of the Model, before the run can replace them. */
import { dirname } from 'node:path';
import { artifactFiles } from '../../api/artifacts.ts';
import type { Tenure } from '../../api/tenures.ts';
import { readStage, stageFolder } from '../artifacts.ts';
import { parseBars } from '../bars-csv.ts';
import { otherBars, readFetched } from './fetched.ts';
import { beforeRecentHole } from './recent-hole.ts';
import { type Finding, readServed, scoreServed } from './score-served.ts';

export interface RunFinding extends Finding {
  /** Why there are no figures, as part of a sentence about the version; null when there are. */
  readonly reason: string | null;
}

/**
 * Scores only if the run's bars continue those that the version was trained on.
 * @param runFolder `<artifacts>/<model>/<run>`, whose Fetch has finished.
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
  return { ...finding, reason: finding.live === null ? 'no day can be scored yet' : null };
}
