/** The fields of an object's metadata that readers use. */
import { type StageName, stageNames } from '../../api/artifacts.ts';
import { labels } from '../../api/group.ts';
import { scoreName } from '../../api/stage-report.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Cached } from '../observation.ts';

/** The fields that every cached object has. */
export function readMetadata({ metadata }: KubernetesObject): Cached {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    createdAt: readTime(metadata.creationTimestamp) ?? 0,
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

/** The value of a label; null if the object does not have it. */
export function labelOf({ metadata }: KubernetesObject, name: string): string | null {
  return metadata.labels?.[name] ?? null;
}

/** The value of an annotation; null if the object does not have it. */
export function annotationOf({ metadata }: KubernetesObject, name: string): string | null {
  return metadata.annotations?.[name] ?? null;
}

/** The uid of the controller if it is of that kind, or of any kind where none is given; otherwise null. */
export function controllerOf({ metadata }: KubernetesObject, kind?: string): string | null {
  const controller = metadata.ownerReferences?.find(owner => owner.controller === true);
  return (kind === undefined || controller?.kind === kind ? controller?.uid : null) ?? null;
}

/** The uid of the first owner of that kind, controller or not; null if there is none. */
export function ownerOf({ metadata }: KubernetesObject, kind: string): string | null {
  return metadata.ownerReferences?.find(owner => owner.kind === kind)?.uid ?? null;
}

/** The stage that an object's label names, Score included; null if it names none. */
export function stageOf(object: KubernetesObject): StageName | typeof scoreName | null {
  const label = labelOf(object, labels.stage);
  const names = [...stageNames, scoreName] as const;
  return names.find(name => name.toLowerCase() === label) ?? null;
}

/** Milliseconds since the epoch; null if there is no time or it cannot be parsed. */
export function readTime(text: string | undefined): number | null {
  const milliseconds = Date.parse(text ?? '');
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

/** The condition of that type, if there is one. */
export function conditionOf<C extends { readonly type?: string }>(
  conditions: readonly C[] | undefined,
  type: string,
): C | undefined {
  return conditions?.find(condition => condition.type === type);
}
