import { type StageName, stageNames } from '../../api/artifacts.ts';
import { labels } from '../../api/group.ts';
import { scoreName } from '../../api/stage-report.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import { labelOf } from './metadata.ts';

/** The stage that an object's label names, or that it scores. */
export function readStage(raw: KubernetesObject): StageName | typeof scoreName | null {
  const label = labelOf(raw, labels.stage);
  const names = [...stageNames, scoreName] as const;
  return names.find(name => name.toLowerCase() === label) ?? null;
}
