/** Scores the versions that serve or served on later bars, and adds the new days to the track record. */
import { join } from 'node:path';
import { versionsFolder } from '../../api/artifacts.ts';
import type { LiveProblem, LiveScore } from '../../api/live.ts';
import type { Tenure } from '../../api/tenures.ts';
import { Failure } from '../../failure.ts';
import type { Bar } from '../../market/bar.ts';
import { compareDays } from '../../market/days.ts';
import { featureMismatch, readPublishedModels } from '../published-models.ts';
import { openVersion } from '../version.ts';
import { type Fetched, otherBars, readFetched } from './fetched.ts';
import { owedDays } from './owed-days.ts';
import { rollingWindows } from './rolling-windows.ts';
import { firstPending, type ServedModels, scoreDays } from './score-days.ts';
import type { ScoredDay } from './track-record.ts';
import { extendTrack, readTrack, trackPath } from './track-store.ts';

export interface Served extends ServedModels {
  readonly fetched: Fetched;
}

/**
 * @param modelFolder `<artifacts>/<model>`
 * @throws Failure InputMissing, InputAltered or InvalidArtifact when the version is missing or altered, or reads
 * features that this code does not compute.
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

export interface Finding {
  /** The figures over the whole track record; null while it is empty. */
  readonly live: LiveScore | null;
  /** Why days of an earlier version were not scored, if any. */
  readonly problem: LiveProblem | null;
}

/**
 * Each day after the last scored one is assigned to the version that served at its end, unless that version was trained
 * on the result. A scored day never changes. Days of an earlier version whose artifacts are missing or altered are not
 * scored.
 * @param champion the version that serves: the track record is that of its symbol.
 * @param tenures oldest first; days before the first are assigned to its version.
 * @param bars of that symbol, oldest first.
 * @param open reads a version; each at most once.
 * @throws Failure InputAltered or InvalidArtifact for a track record that was modified; DiskFull or StorageFailed.
 */
export async function scoreServed(
  modelFolder: string,
  champion: Served,
  tenures: readonly Tenure[],
  bars: readonly Bar[],
  open = (version: string): Promise<Served> => readServed(modelFolder, version),
): Promise<Finding> {
  const { symbol } = champion.card;
  const path = trackPath(modelFolder, symbol);
  const track = await readTrack(path);
  const after = track.at(-1)?.date ?? '';
  // The result of the last bar is not known yet.
  const wanted = bars.slice(0, -1).filter(({ date }) => date > after);
  const owed = owedDays(
    tenures,
    wanted.map(({ date }) => date),
  );
  const { served, problem } = await openAll([...owed.keys()], champion, open);
  const days = daysOf(served, bars, owed);
  const all = days.length === 0 ? track : await extendTrack(path, days);
  return { live: liveScore(symbol, all), problem };
}

/** The versions with the same bars as the champion. Damaged ones are left out; the first is reported. */
async function openAll(
  versions: readonly string[],
  champion: Served,
  open: (version: string) => Promise<Served>,
): Promise<{ served: Served[]; problem: LiveProblem | null }> {
  const served: Served[] = [];
  let problem: LiveProblem | null = null;
  for (const version of versions) {
    try {
      served.push(version === champion.version ? champion : await open(version));
    } catch (error) {
      // Transient: the version's days are scored at the next attempt.
      if (!(error instanceof Failure) || error.kind !== 'Permanent') throw error;
      problem ??= {
        reason: error.reason,
        message: `The days of version ${version} are not scored: ${error.message}`,
      };
    }
  }
  return { served: served.filter(({ fetched }) => otherBars(fetched, champion.fetched) === null), problem };
}

/** In order, up to the first whose actual values are unknown: no day is scored before an earlier one. */
function daysOf(
  served: readonly Served[],
  bars: readonly Bar[],
  owed: ReadonlyMap<string, ReadonlySet<string>>,
): ScoredDay[] {
  const own = (version: string) => owed.get(version) ?? new Set<string>();
  const days = served.flatMap(one => scoreDays(one, bars, own(one.version)));
  const pending = served.flatMap(one => firstPending(one, bars, own(one.version)) ?? []).sort(compareDays)[0];
  return days
    .filter(({ date }) => pending === undefined || date < pending)
    .sort((a, b) => compareDays(a.date, b.date));
}

function liveScore(symbol: string, all: readonly ScoredDay[]): LiveScore | null {
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
