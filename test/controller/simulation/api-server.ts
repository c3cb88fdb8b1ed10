/** The API server's contract in one process, without a network, for writes that may fail. */
import { isDeepStrictEqual } from 'node:util';
import { fieldManager } from '../../../src/api/group.ts';
import type { ReconcilerDeps } from '../../../src/controller/act.ts';
import { ApiError, type JsonPatchOperation } from '../../../src/kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import type { AnyObject } from '../../kubernetes/kinds.ts';
import { conflict, type ObjectStore, Refusal } from '../../kubernetes/object-store.ts';
import { applyPatch, jsonPatch, mergePatch } from '../../kubernetes/patches.ts';
import type { Raw } from './raw.ts';

type Json = Record<string, unknown>;
type Client = ReconcilerDeps['client'];

/** Does a write, or injects a fault. */
export type Gate = <T>(
  write: () => T,
  what: { readonly type: ResourceType; readonly verb: Verb },
) => Promise<T>;
export type Verb = 'create' | 'apply' | 'status' | 'patch' | 'merge' | 'delete';

export class ApiServer {
  readonly #store: ObjectStore;
  /** The status that the operator applied last, by type and uid. */
  readonly #applied: Map<string, Json>;

  constructor(store: ObjectStore, applied: ReadonlyMap<string, Json> = new Map()) {
    this.#store = store;
    this.#applied = new Map(applied);
  }

  /** The statuses that were applied last. */
  get applied(): ReadonlyMap<string, Json> {
    return this.#applied;
  }

  /**
   * A client whose every write goes through `gate`.
   * @param creating called with every object before it is created
   */
  client(gate: Gate, creating: (type: ResourceType, object: KubernetesObject) => void): Client {
    const through = <T>(type: ResourceType, verb: Verb, write: () => T) =>
      gate(() => withApiErrors(write), { type, verb });
    return {
      get: async (type, namespace, name) => this.#store.get(type, namespace, name),
      create: (type, object) => through(type, 'create', () => this.#create(type, object, creating)),
      apply: (type, object, { subresource, force = true } = {}) =>
        subresource === undefined
          ? through(type, 'apply', () => this.#apply(type, object, force))
          : through(type, 'status', () => this.#applyStatus(type, object)),
      patch: (type, namespace, name, operations) =>
        through(type, 'patch', () => this.#patch(type, namespace, name, operations)),
      merge: (type, namespace, name, patch) =>
        through(type, 'merge', () => this.#merge(type, namespace, name, patch as Json)),
      delete: (type, namespace, name, { uid }) =>
        through(type, 'delete', () => this.#delete(type, namespace, name, uid)),
    };
  }

  #create(
    type: ResourceType,
    object: KubernetesObject,
    creating: (type: ResourceType, object: KubernetesObject) => void,
  ): KubernetesObject {
    const { status: _, ...rest } = object as AnyObject;
    const { name, namespace = '' } = object.metadata;
    if (this.#store.get(type, namespace, name) === null) creating(type, object);
    return this.#store.create(type, rest, { manager: fieldManager, operation: 'Update' });
  }

  #apply(type: ResourceType, object: KubernetesObject, force: boolean): KubernetesObject {
    const { name, namespace = '', uid, resourceVersion } = object.metadata;
    const existing = this.#store.get(type, namespace, name);
    if (existing !== null) checkPreconditions(type, existing, object.metadata);
    else if (uid !== undefined || resourceVersion !== undefined) throw conflict(type, name);
    return this.#store.apply(type, object, fieldManager, force);
  }

  #applyStatus(type: ResourceType, object: KubernetesObject): KubernetesObject {
    const { name, namespace = '' } = object.metadata;
    const existing = this.#store.get(type, namespace, name);
    if (existing === null) throw new Refusal(404, 'NotFound', `${name} not found`);
    checkPreconditions(type, existing, object.metadata);
    const key = `${type.plural}/${existing.metadata.uid}`;
    const patch = { status: (object as AnyObject).status ?? {} } as Json;
    const result = this.#store.update(type, namespace, name, draft =>
      applyPatch(draft, patch, this.#applied.get(key)),
    );
    if (!isDeepStrictEqual(this.#applied.get(key), patch)) this.#applied.set(key, structuredClone(patch));
    return result;
  }

  #patch(
    type: ResourceType,
    namespace: string,
    name: string,
    operations: readonly JsonPatchOperation[],
  ): KubernetesObject {
    const existing = this.#store.get(type, namespace, name);
    const version = operations.find(({ path }) => path === '/metadata/resourceVersion')?.value;
    if (existing !== null && version !== existing.metadata.resourceVersion) throw conflict(type, name);
    return this.#store.update(type, namespace, name, draft => jsonPatch(draft, operations));
  }

  #merge(type: ResourceType, namespace: string, name: string, patch: Json): KubernetesObject {
    const existing = this.#store.get(type, namespace, name);
    if (existing !== null) checkPreconditions(type, existing, (patch as Raw).metadata ?? {});
    return this.#store.update(type, namespace, name, draft => mergePatch(draft, patch));
  }

  #delete(type: ResourceType, namespace: string, name: string, uid: string | undefined): boolean {
    const found = this.#store.get(type, namespace, name);
    if (found === null || (uid !== undefined && uid !== found.metadata.uid)) return false;
    this.#store.delete(type, namespace, name, 'Orphan', uid);
    return true;
  }
}

function checkPreconditions(
  type: ResourceType,
  { metadata: { name, uid, resourceVersion } }: KubernetesObject,
  expected: { readonly uid?: string; readonly resourceVersion?: string },
): void {
  const isOther = expected.uid !== undefined && expected.uid !== uid;
  const isStale = expected.resourceVersion !== undefined && expected.resourceVersion !== resourceVersion;
  if (isOther || isStale) throw conflict(type, name);
}

function withApiErrors<T>(write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof Refusal) throw new ApiError(error.code, error.reason, error.message);
    throw error;
  }
}
