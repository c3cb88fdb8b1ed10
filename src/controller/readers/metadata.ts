/** What every reader takes from an object's metadata. */
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { Cached } from '../observation.ts';
import { object, objects, text, time } from './json.ts';

/** What every cached object has. */
export function readMetadata({ metadata }: KubernetesObject): Cached {
  return {
    namespace: metadata.namespace ?? '',
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    createdAt: time(metadata.creationTimestamp) ?? 0,
    deleting: metadata.deletionTimestamp !== undefined,
  };
}

/** Null when there is none of that name. */
export function labelOf({ metadata }: KubernetesObject, name: string): string | null {
  return text(object(metadata.labels)[name]);
}

/** Null when there is none of that name. */
export function annotationOf({ metadata }: KubernetesObject, name: string): string | null {
  return text(object(metadata.annotations)[name]);
}

/** uid of the controller, of one kind where that matters; null when there is none. */
export function controllerOf({ metadata }: KubernetesObject, kind?: string): string | null {
  const controller = objects(metadata.ownerReferences).find(owner => owner.controller === true);
  return controller === undefined || (kind !== undefined && controller.kind !== kind)
    ? null
    : text(controller.uid);
}

/** uid of the first owner of a kind, controller or not; null when there is none. */
export function ownerOf({ metadata }: KubernetesObject, kind: string): string | null {
  return text(objects(metadata.ownerReferences).find(owner => owner.kind === kind)?.uid);
}
