/** Owner references: with its owner an object goes, by garbage collection. */
import { apiVersionOf, type ResourceType } from '../../kubernetes/resource.ts';
import type { Cached } from '../observation.ts';

/** The reference of what is controlled by `owner`, an object of the given kind. */
export function controlledBy(type: ResourceType, { name, uid }: Pick<Cached, 'name' | 'uid'>) {
  const { kind } = type;
  return { apiVersion: apiVersionOf(type), kind, name, uid, controller: true, blockOwnerDeletion: true };
}
