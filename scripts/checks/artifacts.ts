/** Checks that a run's artifacts are what its stages wrote. */
import { openVersion, type Version, verifyVersion } from '../../src/pipeline/version.ts';

export interface CheckedArtifacts {
  readonly version: Version;
  /** Files whose sha256 was compared with their manifest's. */
  readonly files: number;
}

/**
 * Reads every file of every stage and compares its sha256 with the manifest's, and checks that the manifests match each other.
 * @throws Failure InputMissing, InputAltered or InvalidArtifact naming the file.
 */
export async function checkArtifacts(folder: string): Promise<CheckedArtifacts> {
  const version = await openVersion(folder);
  await verifyVersion(version);
  const files = Object.values(version.stages).reduce((sum, { manifest }) => sum + manifest.outputs.length, 0);
  return { version, files };
}
