/** Kinds by their path in the API, and the little of an object that this folder needs to know. */

export interface ResourceType {
  /** '' for the core group. */
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly kind: string;
}

export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly [field: string]: unknown;
}

/** An object as the API takes and gives it: plain JSON. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly [field: string]: unknown;
}

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
 * Of the core group, since `kubectl describe` puts them in the order of `lastTimestamp`, which events.k8s.io/v1
 * refuses.
 */
export const EVENTS: ResourceType = { group: '', version: 'v1', plural: 'events', kind: 'Event' };
