/** What the objects that a Model owns have in common. */
import { components, labels } from '../../api/group.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../../kubernetes/resource.ts';
import type { ModelResource } from '../observation.ts';
import { models } from '../resources.ts';
import { controlledBy } from './owner.ts';
import { componentLabels } from './pod.ts';

/** The Model as its children know it. */
export type Owner = Pick<ModelResource, 'name' | 'namespace' | 'uid'>;

export interface Added {
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** An object named as the Model and controlled by it, so that it goes when the Model goes. Our own labels win. */
export function renderChild(
  type: ResourceType,
  owner: Owner,
  spec: unknown,
  added: Added = {},
): KubernetesObject {
  const { name, namespace } = owner;
  return {
    apiVersion: apiVersionOf(type),
    kind: type.kind,
    metadata: {
      name,
      namespace,
      labels: { ...added.labels, ...componentLabels(name, 'server') },
      ...(added.annotations === undefined ? {} : { annotations: added.annotations }),
      ownerReferences: [controlledBy(models, owner)],
    },
    spec,
  };
}

/** Labels that select the servers' pods of a Model: never more, for a Deployment's selector is immutable. */
export function serverSelector(model: string): Record<string, string> {
  return { [labels.model]: model, [labels.component]: components.server };
}

/** The same as text, for the scale subresource. */
export function serverSelectorText(model: string): string {
  return Object.entries(serverSelector(model))
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
}
