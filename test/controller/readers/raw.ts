/** Objects as the API server returns them; a test sets only the fields that it is about. */
import type { KubernetesObject } from '../../../src/kubernetes/resource.ts';

export interface RawFields {
  readonly metadata?: Record<string, unknown>;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
  readonly owner?: { readonly kind: string; readonly uid: string; readonly controller?: boolean };
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}

export function raw(kind: string, fields: RawFields = {}): KubernetesObject {
  const { metadata, labels, annotations, owner, spec, status } = fields;
  return {
    apiVersion: 'v1',
    kind,
    metadata: {
      name: 'it',
      namespace: 'ns',
      uid: 'uid',
      resourceVersion: '7',
      creationTimestamp: '2026-11-23T12:00:00Z',
      managedFields: [{ manager: 'somebody' }],
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(owner && { ownerReferences: [{ name: 'owner', controller: true, ...owner }] }),
      ...metadata,
    },
    ...(spec && { spec }),
    ...(status && { status }),
  };
}
