/** Creates an object at most once, even if several attempts or processes try to. */
import { labels } from '../api/group.ts';
import { ApiError, type KubernetesClient } from '../kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../kubernetes/resource.ts';
import type { Raw, V1OwnerReference } from '../kubernetes/types.ts';
import type { Refusal } from './observation.ts';
import type { Action } from './plan.ts';
import { labelOf } from './readers/metadata.ts';
import { models, trainingRuns } from './resources.ts';

type Create = Extract<Action, { kind: 'Create' }>;
type Client = Pick<KubernetesClient, 'get' | 'create'>;

export type Created =
  | { readonly kind: 'Created'; readonly object: KubernetesObject }
  | { readonly kind: 'NameTaken'; readonly refusal: Refusal };

/** The owner was deleted or changed after it was observed, so the object may no longer be wanted. */
export class OwnerChanged extends Error {
  override readonly name = 'OwnerChanged';
}

/**
 * An object of the same owner that already exists counts as created.
 * @throws OwnerChanged; ApiError, with reason Conflict if an object of that name is still being deleted.
 */
export async function createObject(action: Create, client: Client): Promise<Created> {
  const { type, object: desired, confirmOwner } = action;
  if (confirmOwner !== undefined) await checkOwner(desired, confirmOwner, client);
  try {
    return { kind: 'Created', object: await client.create(type, desired) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    return findExisting(type, desired, client);
  }
}

async function findExisting(type: ResourceType, desired: KubernetesObject, client: Client): Promise<Created> {
  const { namespace = '', name } = desired.metadata;
  const found = await client.get(type, namespace, name);
  if (found === null || found.metadata.deletionTimestamp !== undefined) {
    throw new ApiError(409, 'Conflict', `${type.kind} ${namespace}/${name} is still being deleted`);
  }
  if (isSameOwner(found, desired)) return { kind: 'Created', object: found };
  const message = `${type.kind} ${namespace}/${name} already exists and does not belong to this ${ownerKind(desired)}: rename or delete one of the two`;
  return { kind: 'NameTaken', refusal: { kind: type.kind, name, reason: 'NameTaken', message } };
}

/** Objects without an owner are compared by the label of their Model, and Models by name alone. */
function isSameOwner(found: KubernetesObject, desired: KubernetesObject): boolean {
  const owner = ownerUid(desired);
  if (owner !== null) return ownerUid(found) === owner;
  const model = labelOf(desired, labels.model);
  return model === null || labelOf(found, labels.model) === model;
}

async function checkOwner(desired: KubernetesObject, resourceVersion: string, client: Client): Promise<void> {
  const { kind, name, uid } = ownerOf(desired);
  const type = [trainingRuns, models].find(type => type.kind === kind);
  if (type === undefined || name === undefined) return;
  const found = await client.get(type, desired.metadata.namespace ?? '', name);
  if (found === null || found.metadata.uid !== uid || found.metadata.deletionTimestamp !== undefined) {
    throw new OwnerChanged(`${type.kind} ${name} was deleted or is being deleted`);
  }
  if (found.metadata.resourceVersion !== resourceVersion) {
    throw new OwnerChanged(`${type.kind} ${name} has changed since it was observed`);
  }
}

/** The controller, otherwise the first owner; empty if there is none. */
function ownerOf({ metadata: { ownerReferences = [] } }: KubernetesObject): Raw<V1OwnerReference> {
  return ownerReferences.find(owner => owner.controller === true) ?? ownerReferences[0] ?? {};
}

function ownerUid(object: KubernetesObject): string | null {
  return ownerOf(object).uid ?? null;
}

function ownerKind(object: KubernetesObject): string {
  return ownerOf(object).kind ?? 'Model';
}
