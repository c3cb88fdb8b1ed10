import { type StageName, stageNames } from '../../api/artifacts.ts';
import { labels } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { labelOf } from './metadata.ts';

/** The stage that an object's label names. */
export function readStage(raw: KubernetesObject): StageName | null {
  const label = labelOf(raw, labels.stage);
  return stageNames.find(name => name.toLowerCase() === label) ?? null;
}
