/** Where a Model's track record lies: `<artifacts>/<model>/.track/<symbol>`, whole and verified or not at all. */
import { join } from 'node:path';
import { artifactFiles, type StageName, trackFolder } from '../../api/artifacts.ts';
import { scoreName } from '../../api/stage-report.ts';
import { Failure } from '../../failure.ts';
import { readStage, StageWriter, sha256 } from '../artifacts.ts';
import { codeVersion } from '../code-version.ts';
import { formatTrack, parseTrack, type ScoredDay } from './track-record.ts';

export interface Track {
  readonly days: readonly ScoredDay[];
  /** Digest of the file; null while there is none. */
  readonly digest: string | null;
}

/** @param modelFolder `<artifacts>/<model>` */
export function trackPath(modelFolder: string, symbol: string): string {
  return join(modelFolder, trackFolder, symbol);
}

/** Empty where none was written yet. @throws Failure InputAltered or InvalidArtifact for one that was changed by hand. */
export async function readTrack(folder: string): Promise<Track> {
  try {
    const bytes = await (await readStage(folder)).read(artifactFiles.track);
    return { days: parseTrack(bytes.toString('utf8')), digest: sha256(bytes) };
  } catch (error) {
    if (error instanceof Failure && error.reason === 'InputMissing') return { days: [], digest: null };
    throw error;
  }
}

export interface Addition {
  readonly version: string;
  /** Output digests of the stages of that version. */
  readonly inputs: Partial<Record<StageName, string>>;
  readonly days: readonly ScoredDay[];
}

/**
 * Replaces the track record by one that has these days too.
 * @throws Failure DiskFull or StorageFailed; the old one then stays as it was.
 */
export async function extendTrack(folder: string, track: Track, addition: Addition): Promise<void> {
  const { version, inputs, days } = addition;
  const text = formatTrack([...track.days, ...days]);
  const writer = await StageWriter.create(folder);
  try {
    await writer.write(artifactFiles.track, text);
    await writer.commit({
      stage: scoreName,
      code: codeVersion(),
      parameters: { version, before: track.digest, after: sha256(text) },
      inputs,
      metrics: { days: track.days.length + days.length },
    });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}
