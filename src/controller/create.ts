/** Creates objects at most once, even if several attempts or processes try to, and applies the existing ones. */
import { fieldManager, labels } from '../api/group.ts';
import { ApiError, type KubernetesClient } from '../kubernetes/client.ts';
import { handedOver, managedFieldsOf, needsHandOver } from '../kubernetes/managed-fields.ts';
import type { KubernetesObject, ResourceType } from '../kubernetes/resource.ts';
import type { Raw, V1OwnerReference } from '../kubernetes/types.ts';
import type { Refusal } from './observation.ts';
import type { Action } from './plan.ts';
import { labelOf } from './readers/metadata.ts';
import { models, trainingRuns } from './resources.ts';

type Create = Extract<Action, { kind: 'Create' }>;
type Apply = Extract<Action, { kind: 'Apply' }>;
type Client = Pick<KubernetesClient, 'get' | 'create' | 'apply' | 'patch'>;

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
  if (action.by === 'Apply') return createByApply(type, desired, client);
  try {
    return { kind: 'Created', object: await client.create(type, desired) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    return existing(type, desired, await readExisting(type, desired, client));
  }
}

/**
 * Applies an object that exists.
 * @throws ApiError, with reason Conflict if the object with the observed uid does not exist any more
 */
export async function applyExisting(
  { type, object, uid, handOver }: Apply,
  client: Client,
): Promise<KubernetesObject> {
  if (handOver) await handOverFields(type, await readExisting(type, object, client), client);
  return client.apply(type, { ...object, metadata: { ...object.metadata, uid } });
}

/**
 * Without force, so that an object of another owner that was created in the meantime is not taken over: it has other values
 * in fields such as a selector, which is a conflict.
 */
async function createByApply(
  type: ResourceType,
  desired: KubernetesObject,
  client: Client,
): Promise<Created> {
  const { namespace = '', name } = desired.metadata;
  let found = await client.get(type, namespace, name);
  if (found === null) {
    try {
      return { kind: 'Created', object: await client.apply(type, desired, { force: false }) };
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'Conflict') throw error;
      found = await readExisting(type, desired, client);
    }
  }
  const created = existing(type, desired, found);
  if (created.kind === 'NameTaken' || labelOf(found, labels.model) !== null) return created;
  // Without its labels the object is in no cache, and no later decision would see it.
  const { uid = '' } = found.metadata;
  const handOver = needsHandOver(managedFieldsOf(found), fieldManager);
  return {
    kind: 'Created',
    object: await applyExisting({ kind: 'Apply', type, object: desired, uid, handOver }, client),
  };
}

/** Changes nothing but the entries of `managedFields`. Another change in the meantime is a conflict. */
async function handOverFields(type: ResourceType, found: KubernetesObject, client: Client): Promise<void> {
  const { namespace = '', name, resourceVersion } = found.metadata;
  const entries = managedFieldsOf(found);
  if (!needsHandOver(entries, fieldManager)) return;
  await client.patch(type, namespace, name, [
    { op: 'replace', path: '/metadata/managedFields', value: handedOver(entries, fieldManager) },
    // In place of a test, which would fail as Invalid.
    { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion },
  ]);
}

async function readExisting(
  type: ResourceType,
  { metadata: { namespace = '', name } }: KubernetesObject,
  client: Client,
): Promise<KubernetesObject> {
  const found = await client.get(type, namespace, name);
  if (found !== null) return found;
  throw new ApiError(409, 'Conflict', `${type.kind} ${namespace}/${name} was deleted`);
}

/** @throws ApiError with reason Conflict if the object is being deleted */
function existing(type: ResourceType, desired: KubernetesObject, found: KubernetesObject): Created {
  const { namespace = '', name } = desired.metadata;
  if (found.metadata.deletionTimestamp !== undefined) {
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
