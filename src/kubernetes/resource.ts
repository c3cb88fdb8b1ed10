/** Kinds by their path in the API, and what objects of every kind have in common. */

import type { Json, Raw, V1ObjectMeta } from './types.ts';

export interface ResourceType {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

export type ObjectMeta = Raw<V1ObjectMeta> & { readonly name: string };

/** What every object has. The other fields are those of its kind: see `Manifest` and `RawObject`. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

/** An object of a kind as it is written, such as `Manifest<V1Job>`: complete, with its spec if the kind has one. */
export type Manifest<T> = KubernetesObject &
  Json<Omit<T, keyof KubernetesObject> & Required<Pick<T, keyof T & 'spec'>>>;

/** An object of a kind as it is read, such as `RawObject<V1Job>`: any field of the kind may be absent. */
export type RawObject<T> = KubernetesObject & Raw<Omit<T, keyof KubernetesObject>>;

/** `apiVersion` of a kind. */
export function apiVersionOf({ group, version }: ResourceType): string {
  return group === '' ? version : `${group}/${version}`;
}

export const LEASES: ResourceType = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
};

/**
 * Of the core group, since `kubectl describe` sorts by `lastTimestamp`, which events.k8s.io/v1 rejects.
 */
export const EVENTS: ResourceType = { group: '', version: 'v1', plural: 'events', kind: 'Event' };
