/**
 * Which folders of the artifacts' volume a pod mounts. A pod sees nothing of other Models and of other runs, and writes
 * only where it has to: a program that trains must not be able to change what serves.
 */
import { type StageName, trackFolder, versionsFolder } from '../../api/artifacts.ts';

/** The path below which the volume's folders are mounted. */
export const artifactsPath = '/artifacts';

export interface ArtifactsMount {
  /** The folder in the volume. The kubelet creates it if it does not exist. */
  readonly subPath: string;
  readonly readOnly: boolean;
}

/**
 * Every stage writes the run's folder. Evaluate also publishes a version and extends the track record; versions
 * that serve are read-only for it, in mounts that it can neither remove nor rename.
 */
export function stageMounts(
  model: string,
  run: string,
  stage: StageName,
  served: readonly string[],
): ArtifactsMount[] {
  const own = [writable(`${model}/${run}`)];
  if (stage !== 'Evaluate') return own;
  const versions = versionsOf(model);
  const kept = served.map(version => readOnly(`${versions}/${version}`));
  return [...own, writable(versions), ...kept, writable(trackOf(model))];
}

export function scoreMounts(model: string): ArtifactsMount[] {
  return [readOnly(versionsOf(model)), writable(trackOf(model))];
}

export function serverMounts(model: string): ArtifactsMount[] {
  return [readOnly(versionsOf(model))];
}

const versionsOf = (model: string) => `${model}/${versionsFolder}`;
const trackOf = (model: string) => `${model}/${trackFolder}`;
const writable = (subPath: string): ArtifactsMount => ({ subPath, readOnly: false });
const readOnly = (subPath: string): ArtifactsMount => ({ subPath, readOnly: true });
