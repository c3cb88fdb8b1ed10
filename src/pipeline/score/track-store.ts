/** Stores a Model's track record in one verified file, `<artifacts>/<model>/.track/<symbol>`. */
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
 * Oldest first; empty when there is no file yet.
 * @throws Failure InputAltered or InvalidArtifact for a file that this code did not write; StorageFailed.
 */
export async function readTrack(path: string): Promise<ScoredDay[]> {
  return daysOf(path, await readText(path));
}

/** More than the number of competing writers: a Model has at most one Job and one run. */
const mostTries = 5;
const longestWaitMilliseconds = 100;

/**
 * Adds days to the track record. A day that it already has stays unchanged, also when another writer added it meanwhile.
 * @param days oldest first.
 * @returns all days.
 * @throws Failure as `readTrack`, DiskFull or StorageFailed; existing days stay.
 */
export async function extendTrack(path: string, days: readonly ScoredDay[]): Promise<ScoredDay[]> {
  for (let tries = 1; tries <= mostTries; tries++) {
    const before = await readText(path);
    const there = daysOf(path, before);
    const all = mergeDays(there, days);
    if (all.length === there.length) return there;
    const isUnchanged = async () => (await readText(path)) === before;
    if (await replaceFile(path, seal(formatTrack(all)), isUnchanged)) return all;
    // Two writers in lockstep would block each other every time.
    await setTimeout(Math.random() * longestWaitMilliseconds);
  }
  throw new Failure('StorageFailed', `${path} was changed by other writers ${mostTries} times in a row`, {
    path,
  });
}

function daysOf(path: string, text: string | null): ScoredDay[] {
  return text === null ? [] : parseTrack(unseal(path, text));
}

function mergeDays(there: readonly ScoredDay[], added: readonly ScoredDay[]): ScoredDay[] {
  const dates = new Set(there.map(({ date }) => date));
  const missing = added.filter(({ date }) => !dates.has(date));
  return [...there, ...missing].sort((a, b) => compareDays(a.date, b.date));
}

/** Null only if the file does not exist: no other error may count as an empty record. */
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
