/** Where a Model's track record lies: `<artifacts>/<model>/.track/<symbol>`, one file, whole and verified or not at all. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { trackFolder } from '../../api/artifacts.ts';
import { Failure } from '../../failure.ts';
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
  const text = await readText(path);
  return text === null ? [] : parseTrack(unseal(path, text));
}

/**
 * Replaces the track record by one that has these days too.
 * @returns all days.
 * @throws Failure as `readTrack`, DiskFull or StorageFailed; every day that was there stays.
 */
export async function extendTrack(path: string, days: readonly ScoredDay[]): Promise<ScoredDay[]> {
  const all = [...(await readTrack(path)), ...days];
  await replaceFile(path, seal(formatTrack(all)));
  return all;
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
