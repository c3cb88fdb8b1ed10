/** Scores the version that serves on bars that have come since: the new days go into the track record. */
import { join } from 'node:path';
import { versionsFolder } from '../../api/artifacts.ts';
import type { LiveScore } from '../../api/live.ts';
import { Failure } from '../../failure.ts';
import type { Bar } from '../../market/bar.ts';
import { featureMismatch, readPublishedModels } from '../published-models.ts';
import { openVersion } from '../version.ts';
import { type Fetched, readFetched } from './fetched.ts';
import { rollingWindows } from './rolling-windows.ts';
import { type ServedModels, scoreDays } from './score-days.ts';
import { extendTrack, readTrack, trackPath } from './track-store.ts';

export interface Served extends ServedModels {
  readonly fetched: Fetched;
}

/**
 * @param modelFolder `<artifacts>/<model>`
 * @throws Failure InputMissing, InputAltered or InvalidArtifact when the version is gone, not what was published, or
 * reads features that this code does not compute.
 */
export async function readServed(modelFolder: string, version: string): Promise<Served> {
  const folder = join(modelFolder, versionsFolder, version);
  const { stages } = await openVersion(folder);
  const fetched = await readFetched(stages.Fetch);
  const models = await readPublishedModels(stages.Train);
  const mismatch = featureMismatch(models);
  if (mismatch !== null) {
    throw new Failure('InvalidArtifact', `version ${version} ${mismatch}`, { version });
  }
  return { ...models, version, knownTo: fetched.to, fetched };
}

/**
 * What was scored once stays as it was: by the version that served then, on the bars as they were then.
 * @param bars of the symbol that `served` was trained on, oldest first.
 * @returns the figures over the whole track record; null while it is empty.
 * @throws Failure InputAltered or InvalidArtifact for a track record that was changed by hand; of storage.
 */
export async function scoreServed(
  modelFolder: string,
  served: Served,
  bars: readonly Bar[],
): Promise<LiveScore | null> {
  const { symbol } = served.card;
  const path = trackPath(modelFolder, symbol);
  const track = await readTrack(path);
  const days = scoreDays(served, bars, track.at(-1)?.date ?? null);
  const all = days.length === 0 ? track : await extendTrack(path, days);
  const [first, last] = [all[0], all.at(-1)];
  if (first === undefined || last === undefined) return null;
  return {
    symbol,
    version: last.version,
    days: all.length,
    firstDay: first.date,
    lastDay: last.date,
    windows: rollingWindows(all),
  };
}
