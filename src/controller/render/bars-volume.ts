/** The volume with the file of bars that a run names in `data.volume`: mounted read-only, and in Fetch's pod only. */
import { type BarsVolume, barsPath } from '../../api/sources.ts';
import type { Json, V1Volume, V1VolumeMount } from '../../kubernetes/types.ts';

/** The name of the volume with the artifacts in a pod. */
export const artifactsVolume = 'artifacts';

const barsVolume = 'bars';

interface Options {
  /** The claim with the artifacts. */
  readonly claimName: string;
  readonly bars?: BarsVolume | undefined;
}

/** None for a file in the claim with the artifacts: a claim that a pod has twice may not be mounted. */
export function barsVolumes({ claimName, bars }: Options): Json<V1Volume>[] {
  if (bars === undefined || bars.claimName === claimName) return [];
  const { claimName: barsClaim, configMapName } = bars;
  const source =
    barsClaim === undefined
      ? // With all keys: a missing one is then an error of the stage, and not a pod that never starts.
        { configMap: { name: configMapName } }
      : { persistentVolumeClaim: { claimName: barsClaim, readOnly: true } };
  return [{ name: barsVolume, ...source }];
}

/** Where the container finds the file. */
export function barsMount({ claimName, bars }: Options): Json<V1VolumeMount>[] {
  if (bars === undefined) return [];
  const name = bars.claimName === claimName ? artifactsVolume : barsVolume;
  return [{ name, mountPath: barsPath, readOnly: true }];
}
