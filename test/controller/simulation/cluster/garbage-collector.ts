/** The garbage collector: deletes objects whose owner no longer exists. */
import type { ObjectStore } from '../../../kubernetes/object-store.ts';
import { watchedTypes } from '../../builders.ts';
import { namespace, ownerOf } from '../raw.ts';

/** Deletes one generation at a time: the pods of a Job that is deleted now are deleted by the next call. */
export function collectGarbage(store: ObjectStore): void {
  const uids = new Set(
    watchedTypes.flatMap(type => store.list(type, namespace)).map(({ metadata }) => metadata.uid),
  );
  for (const type of watchedTypes) {
    for (const object of store.list(type, namespace)) {
      const owner = ownerOf(object);
      if (owner === undefined || uids.has(owner)) continue;
      store.delete(type, namespace, object.metadata.name, 'Orphan');
    }
  }
}
