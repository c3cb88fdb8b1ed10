/** Other people's objects, whose names the operator would like to have. */
import { deployments, jobs, services } from '../../../../src/controller/resources.ts';
import { apiVersionOf, type ResourceType } from '../../../../src/kubernetes/resource.ts';
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { namespace } from '../raw.ts';

const theirs = { somebody: 'else' };

/** Unless it is taken. */
export function takeName(store: ObjectStore, type: ResourceType, name: string): void {
  if (store.get(type, namespace, name) !== null) return;
  const metadata = { name, namespace, labels: theirs };
  store.create(type, { apiVersion: apiVersionOf(type), kind: type.kind, metadata });
}

export function freeNames(store: ObjectStore): void {
  for (const type of [jobs, deployments, services]) {
    for (const { metadata } of store.list(type, namespace)) {
      const labels = metadata.labels as Record<string, string> | undefined;
      if (labels?.somebody === theirs.somebody) store.delete(type, namespace, metadata.name);
    }
  }
}
