/** The parts that all objects owned by a Model share. */
import { components, labels } from '../../api/group.ts';
import { apiVersionOf, type ResourceType } from '../../kubernetes/resource.ts';
import type { Json, V1OwnerReference } from '../../kubernetes/types.ts';
import type { Cached, ModelResource } from '../observation.ts';
import { models } from '../resources.ts';
import { componentLabels } from './pod.ts';

/** The Model that owns a child. */
export type Owner = Pick<ModelResource, 'name' | 'namespace' | 'uid'>;

export interface UserMetadata {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/**
 * An object with the name of its Model, which controls it, so that it is deleted with the Model. The operator's labels
 * take precedence over the user's.
 */
export function renderChild<T extends { readonly spec?: unknown }>(
  type: ResourceType,
  owner: Owner,
  spec: Json<NonNullable<T['spec']>>,
  user: UserMetadata = {},
) {
  const { name, namespace } = owner;
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: {
      name,
      namespace,
      labels: { ...user.labels, ...componentLabels(name, 'server') },
      ...(user.annotations === undefined ? {} : { annotations: user.annotations }),
      ownerReferences: [controlledBy(models, owner)],
    },
    spec,
  };
}

/** The owner reference of the controller: the garbage collector deletes the object with its owner. */
export function controlledBy(
  type: ResourceType,
  { name, uid }: Pick<Cached, 'name' | 'uid'>,
): Json<V1OwnerReference> {
  const { kind } = type;
  return { apiVersion: apiVersionOf(type), kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** The labels that select the server pods of a Model. A Deployment's selector is immutable, so there are no others. */
export function serverSelector(model: string): Record<string, string> {
  return { [labels.model]: model, [labels.component]: components.server };
}

/** The same in the text form of the scale subresource. */
export function serverSelectorText(model: string): string {
  return Object.entries(serverSelector(model))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
