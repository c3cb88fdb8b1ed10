/** Objects of other owners with names that the operator uses. */
import { deployments, jobs, services } from '../../../../src/controller/resources.ts';
import { apiVersionOf, type ResourceType } from '../../../../src/kubernetes/resource.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { namespace } from '../raw.ts';

const foreign = { owner: 'other' };

/** Creates an object of that name if there is none. */
export function takeName(store: ObjectStore, type: ResourceType, name: string): void {
  if (store.get(type, namespace, name) !== null) return;
  const metadata = { name, namespace, labels: foreign };
  store.create(type, { apiVersion: apiVersionOf(type), kind: type.kind, metadata });
}

/** Deletes all of them. */
export function freeNames(store: ObjectStore): void {
  for (const type of [jobs, deployments, services]) {
    for (const { metadata } of store.list(type, namespace)) {
      if (metadata.labels?.owner === foreign.owner) store.delete(type, namespace, metadata.name);
    }
  }
}
