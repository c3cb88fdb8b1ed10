/** Creates an object once, however often it is tried: by this process, one before it or another at the same time. */
import { labels } from '../api/group.ts';
import { ApiError, type KubernetesClient } from '../kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../kubernetes/resource.ts';
import type { Refusal } from './observation.ts';
import type { Action } from './plan.ts';
import { object, objects, text } from './readers/json.ts';
import { labelOf } from './readers/metadata.ts';
import { models, trainingRuns } from './resources.ts';

type Create = Extract<Action, { kind: 'Create' }>;
type Client = Pick<KubernetesClient, 'get' | 'create'>;

export type Created =
  | { readonly kind: 'Created'; readonly object: KubernetesObject }
  | { readonly kind: 'NameTaken'; readonly refusal: Refusal };

/** The owner went or changed after it was observed: what is made for it now may be garbage, or done already. */
export class OwnerChanged extends Error {
  override readonly name = 'OwnerChanged';
}

/** @throws OwnerChanged; ApiError, a Conflict too when a namesake is still being deleted. */
export async function createObject(action: Create, client: Client): Promise<Created> {
  const { type, object: desired, confirmOwner } = action;
  if (confirmOwner !== undefined) await checkOwner(desired, confirmOwner, client);
  try {
    return { kind: 'Created', object: await client.create(type, desired) };
  } catch (error) {
    if (!(error instanceof ApiError) || error.reason !== 'AlreadyExists') throw error;
    return existing(type, desired, client);
  }
}

async function existing(type: ResourceType, desired: KubernetesObject, client: Client): Promise<Created> {
  const { namespace = '', name } = desired.metadata;
  const found = await client.get(type, namespace, name);
  if (found === null || found.metadata.deletionTimestamp !== undefined) {
    throw new ApiError(409, 'Conflict', `${type.kind} ${namespace}/${name} is still being deleted`);
  }
  if (isSameOwner(found, desired)) return { kind: 'Created', object: found };
  const message = `${type.kind} ${namespace}/${name} exists and was not made for this ${ownerKind(desired)}: rename or delete one of the two`;
  return { kind: 'NameTaken', refusal: { kind: type.kind, name, reason: 'NameTaken', message } };
}

/** What has no owner is told by its Model's label, and a Model by its name alone. */
function isSameOwner(found: KubernetesObject, desired: KubernetesObject): boolean {
  const owner = ownerUid(desired);
  if (owner !== null) return ownerUid(found) === owner;
  const model = labelOf(desired, labels.model);
  return model === null || labelOf(found, labels.model) === model;
}

async function checkOwner(desired: KubernetesObject, resourceVersion: string, client: Client): Promise<void> {
  const { kind, name, uid } = ownerOf(desired);
  const type = [trainingRuns, models].find(type => type.kind === kind);
  if (type === undefined || typeof name !== 'string') return;
  const found = await client.get(type, desired.metadata.namespace ?? '', name);
  if (found === null || found.metadata.uid !== uid || found.metadata.deletionTimestamp !== undefined) {
    throw new OwnerChanged(`${type.kind} ${name} is gone or being deleted`);
  }
  if (found.metadata.resourceVersion !== resourceVersion) {
    throw new OwnerChanged(`${type.kind} ${name} has changed since it was observed`);
  }
}

/** The controller, or else the first owner. */
function ownerOf({ metadata }: KubernetesObject): ReturnType<typeof object> {
  const owners = objects(metadata.ownerReferences);
  return owners.find(owner => owner.controller === true) ?? object(owners[0]);
}

function ownerUid(owned: KubernetesObject): string | null {
  return text(ownerOf(owned).uid);
}

function ownerKind(owned: KubernetesObject): string {
  return text(ownerOf(owned).kind) ?? 'Model';
}
