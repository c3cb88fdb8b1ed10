/** A cache that knows what happened up to some moment of its own choosing, and the operator's own writes. */
import type { KubernetesObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import type { ObjectStore } from '../../kubernetes/object-store.ts';

interface Kept {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

export class LaggingCache<T extends Kept> {
  readonly type: ResourceType;
  readonly #store: ObjectStore;
  readonly #read: (raw: KubernetesObject, previous: T | null) => T | null;
  readonly #key: (value: T) => string;
  #values = new Map<string, T>();
  /** Everything up to this version has been heard of. */
  #heard = 0;

  constructor(
    type: ResourceType,
    store: ObjectStore,
    read: (raw: KubernetesObject, previous: T | null) => T | null,
    key: (value: T) => string,
  ) {
    this.type = type;
    this.#store = store;
    this.#read = read;
    this.#key = key;
  }

  get(namespace: string, name: string): T | null {
    return this.#values.get(`${namespace}/${name}`) ?? null;
  }

  byKey(key: string): readonly T[] {
    return [...this.#values.values()].filter(value => this.#key(value) === key);
  }

  upsert(raw: KubernetesObject): void {
    const { namespace = '', name, resourceVersion } = raw.metadata;
    const known = `${namespace}/${name}`;
    const before = this.#values.get(known) ?? null;
    if (before !== null && Number(before.resourceVersion) >= Number(resourceVersion)) return;
    const value = this.#read(raw, before);
    if (value !== null) this.#values.set(known, value);
  }

  /** Hears of at most so many further changes of its kind. Returns whether there were any. */
  advance(most: number): boolean {
    const changes = (this.#store.since(this.#heard) ?? []).filter(
      ({ plural }) => plural === this.type.plural,
    );
    for (const { version, before, after } of changes.slice(0, most)) {
      this.#heard = version;
      if (after !== null) this.upsert(after);
      else if (before !== null) this.#remove(before, version);
    }
    return changes.length > 0 && most > 0;
  }

  /** As a process that was just started lists it. */
  relist(): void {
    this.#values = new Map();
    for (const object of this.#store.list(this.type)) this.upsert(object);
    this.#heard = this.#store.version;
  }

  #remove({ metadata: { namespace = '', name } }: KubernetesObject, version: number): void {
    const known = this.#values.get(`${namespace}/${name}`);
    if (known !== undefined && Number(known.resourceVersion) <= version) {
      this.#values.delete(`${namespace}/${name}`);
    }
  }
}
