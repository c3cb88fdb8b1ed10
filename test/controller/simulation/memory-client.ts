/** The API server's contract in one process, without a network, and with answers that fail on demand. */
import { isDeepStrictEqual } from 'node:util';
import type { Hands } from '../../../src/controller/act.ts';
import { ApiError } from '../../../src/kubernetes/client.ts';
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import { conflict, type Draft, type ObjectStore, Refusal } from '../../kubernetes/object-store.ts';
import { applyPatch, mergePatch } from '../../kubernetes/patches.ts';

/** What befalls a write: the server does nothing, or does it and the answer is lost. */
export type WriteFault = 'unreachable' | 'lost-answer';

type Json = Record<string, unknown>;

export class MemoryClient {
  readonly #store: ObjectStore;
  readonly #created: (type: ResourceType, object: KubernetesObject) => void;
  readonly #applied = new Map<string, Json>();
  /** Writes that go well before `fault` strikes once; null: all go well. */
  fault: { after: number; type: WriteFault } | null = null;
  writes = 0;

  /** @param created told of every object that is created, before it is. */
  constructor(store: ObjectStore, created: (type: ResourceType, object: KubernetesObject) => void) {
    this.#store = store;
    this.#created = created;
  }

  readonly client: Hands['client'] = {
    get: async (type, namespace, name) => this.#store.get(type, namespace, name),
    create: (type, object) =>
      this.#write(() => {
        const { status: _, ...rest } = object;
        const { name, namespace = '' } = object.metadata;
        if (this.#store.get(type, namespace, name) === null) this.#created(type, object);
        return this.#store.create(type, rest as KubernetesObject);
      }),
    apply: (type, object, subresource) => this.#write(() => this.#apply(type, object, subresource)),
    merge: (type, namespace, name, patch) =>
      this.#write(() => this.#store.update(type, namespace, name, draft => mergePatch(draft, patch as Json))),
    delete: (type, namespace, name, { uid }) =>
      this.#write(() => {
        const found = this.#store.get(type, namespace, name);
        if (found === null || (uid !== undefined && uid !== found.metadata.uid)) return false;
        this.#store.delete(type, namespace, name, 'Background', uid);
        return true;
      }),
  };

  #apply(type: ResourceType, object: KubernetesObject, subresource: 'status' | undefined): KubernetesObject {
    const { name, namespace = '', uid, resourceVersion } = object.metadata;
    const existing = this.#store.get(type, namespace, name);
    if (existing === null) {
      if (subresource !== undefined || uid !== undefined)
        throw new Refusal(404, 'NotFound', `${name} not found`);
      return this.#store.create(type, object);
    }
    const isOther =
      (uid !== undefined && uid !== existing.metadata.uid) ||
      (resourceVersion !== undefined && resourceVersion !== existing.metadata.resourceVersion);
    if (isOther) throw conflict(type, name);
    const key = `${type.plural}/${existing.metadata.uid}/${subresource ?? ''}`;
    const patch = (subresource === undefined ? { ...object } : { status: object.status ?? {} }) as Json;
    const result = this.#store.update(type, namespace, name, (draft: Draft) =>
      applyPatch(draft, patch, this.#applied.get(key)),
    );
    if (!isDeepStrictEqual(this.#applied.get(key), patch)) this.#applied.set(key, structuredClone(patch));
    return result;
  }

  async #write<T>(run: () => T): Promise<T> {
    this.writes++;
    const fault = this.fault;
    const strikes = fault !== null && fault.after-- === 0;
    if (strikes) this.fault = null;
    if (strikes && fault.type === 'unreachable') throw new ApiError(0, '', 'connection refused');
    try {
      const result = run();
      if (strikes) throw new ApiError(0, '', 'connection reset');
      return result;
    } catch (error) {
      if (error instanceof Refusal) throw new ApiError(error.code, error.reason, error.message);
      throw error;
    }
  }
}
