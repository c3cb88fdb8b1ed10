/** Scores what serves by the bars that a run of its Model has fetched, before the run can take its place. */
import { dirname } from 'node:path';
import { artifactFiles, fetchReportSchema } from '../../api/artifacts.ts';
import type { LiveScore } from '../../api/live.ts';
import { parseBars } from '../../market/bars-csv.ts';
import { readStage, stageFolder } from '../artifacts.ts';
import { parseJsonArtifact } from '../json-artifact.ts';
import { beforeRecentHole } from './recent-hole.ts';
import { readServed, scoreServed } from './score-served.ts';

/**
 * @param runFolder `<artifacts>/<model>/<run>`, whose Fetch is done.
 * @param version that serves.
 * @returns null when the run is about another symbol, or nothing has come true yet.
 * @throws Failure as `readServed` and `scoreServed`.
 */
export async function scoreByRun(runFolder: string, version: string): Promise<LiveScore | null> {
  const modelFolder = dirname(runFolder);
  const fetch = await readStage(stageFolder(runFolder, 'Fetch'));
  const report = await fetch.read(artifactFiles.fetchReport);
  const { symbol, dropped } = parseJsonArtifact(artifactFiles.fetchReport, report, fetchReportSchema);
  const served = await readServed(modelFolder, version);
  if (served.card.symbol !== symbol) return null;
  const bars = parseBars((await fetch.read(artifactFiles.bars)).toString('utf8'));
  return scoreServed(modelFolder, served, beforeRecentHole(bars, dropped));
}
