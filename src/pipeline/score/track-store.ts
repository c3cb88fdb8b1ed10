/** Where a Model's track record lies: `<artifacts>/<model>/.track/<symbol>`, one file, whole and verified or not at all. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { trackFolder } from '../../api/artifacts.ts';
import { Failure } from '../../failure.ts';
import { compareDays } from '../../market/days.ts';
import { codeOf, storageFailure } from '../files.ts';
import { replaceFile } from '../replace-file.ts';
import { seal, unseal } from './sealed-text.ts';
import { formatTrack, parseTrack, type ScoredDay } from './track-record.ts';

/** @param modelFolder `<artifacts>/<model>` */
export function trackPath(modelFolder: string, symbol: string): string {
  return join(modelFolder, trackFolder, symbol);
}

/**
 * Oldest first; none where no file was written yet.
 * @throws Failure InputAltered or InvalidArtifact for what this code did not write; StorageFailed.
 */
export async function readTrack(path: string): Promise<ScoredDay[]> {
  return daysOf(path, await readText(path));
}

/** More than any number of rivals: a Model has a Job and a run at most. */
const mostTries = 5;
const longestWaitMilliseconds = 100;

/**
 * Replaces the track record by one that has these days too. A day that is there stays as it is, also when another
 * writer has added it meanwhile.
 * @param days oldest first.
 * @returns all days.
 * @throws Failure as `readTrack`, DiskFull or StorageFailed; every day that was there stays.
 */
export async function extendTrack(path: string, days: readonly ScoredDay[]): Promise<ScoredDay[]> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const before = await readText(path);
    const there = daysOf(path, before);
    const all = mergeDays(there, days);
    if (all.length === there.length) return there;
    const isUnchanged = async () => (await readText(path)) === before;
    if (await replaceFile(path, seal(formatTrack(all)), isUnchanged)) return all;
    // Two that keep in step would thwart each other every time.
    await setTimeout(Math.random() * longestWaitMilliseconds);
  }
  throw new Failure('StorageFailed', `${path} was changed by others ${mostTries} times in a row`, { path });
}

function daysOf(path: string, text: string | null): ScoredDay[] {
  return text === null ? [] : parseTrack(unseal(path, text));
}

function mergeDays(there: readonly ScoredDay[], added: readonly ScoredDay[]): ScoredDay[] {
  const dates = new Set(there.map(({ date }) => date));
  const missing = added.filter(({ date }) => !dates.has(date));
  return [...there, ...missing].sort((a, b) => compareDays(a.date, b.date));
}

/** Null where there is no such file: no other error may pass for a record that is still to begin. */
async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT') return null;
    if (code !== 'EISDIR') throw storageFailure(error, path);
    throw new Failure(
      'InvalidArtifact',
      `${path} is a folder, where a track record is a file`,
      { path },
      error,
    );
  }
}
