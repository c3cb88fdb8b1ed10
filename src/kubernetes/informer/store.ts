/** The objects of one kind as they were last heard of, whatever the order in which that came. */
import type { Clock } from '../clock.ts';
import type { KubernetesObject } from '../resource.ts';
import { isNewer } from './versions.ts';

/** What the cache needs to know of what it keeps. */
export interface Stored {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
}

export interface StoreOptions<T extends Stored> {
  readonly read: (raw: KubernetesObject, previous: T | null) => T | null;
  readonly key: (value: T) => string;
  readonly changed: (key: string) => void;
  readonly report: (what: 'read' | 'handler', error: unknown) => void;
  readonly clock: Clock;
}

interface Tombstone {
  /** The version of the deletion. */
  readonly resourceVersion: string;
  /** Monotonic milliseconds. */
  readonly since: number;
}

/** Deletions are remembered for this long: no answer or event is under way for longer; milliseconds. */
const TOMBSTONE_TTL = 600_000;

/**
 * Values by namespace and name, and by key. Only what is newer changes anything, so that events may come twice, late
 * or in any order, and mixed with the answers of writes; a deletion is remembered, so that an older state cannot
 * bring the object back.
 */
export class Store<T extends Stored> {
  readonly #options: StoreOptions<T>;
  readonly #values = new Map<string, T>();
  readonly #byKey = new Map<string, Map<string, T>>();
  readonly #tombstones = new Map<string, Tombstone>();

  constructor(options: StoreOptions<T>) {
    this.#options = options;
  }

  get size(): number {
    return this.#values.size;
  }

  get(namespace: string, name: string): T | null {
    return this.#values.get(idOf(namespace, name)) ?? null;
  }

  byKey(key: string): readonly T[] {
    return [...(this.#byKey.get(key)?.values() ?? [])];
  }

  values(): Iterable<T> {
    return this.#values.values();
  }

  /** Takes a state in, unless it is known, older, or of an object deleted since. */
  upsert(raw: KubernetesObject): void {
    const { namespace = '', name, resourceVersion = '' } = raw.metadata;
    const id = idOf(namespace, name);
    const previous = this.#values.get(id) ?? null;
    const known = previous ?? this.#tombstones.get(id);
    if (known !== undefined && !isNewer(resourceVersion, known.resourceVersion)) return;
    const value = this.#read(raw, previous);
    if (value === undefined) return;
    if (value === null) {
      this.#remove(id, resourceVersion);
      return;
    }
    this.#tombstones.delete(id);
    this.#put(id, previous, value);
  }

  /** Takes a deletion in, unless what is there is newer. */
  delete(raw: KubernetesObject): void {
    const { namespace = '', name, resourceVersion = '' } = raw.metadata;
    const id = idOf(namespace, name);
    const known = this.#values.get(id);
    if (known !== undefined && isNewer(known.resourceVersion, resourceVersion)) return;
    this.#remove(id, resourceVersion);
  }

  /**
   * After a full list: what it did not have is gone, unless it came up after the list was made.
   * @param namespace undefined: of all namespaces
   * @param listed what `listedId` says of each item
   */
  retain(namespace: string | undefined, listed: ReadonlySet<string>, resourceVersion: string): void {
    for (const [id, value] of this.#values) {
      if (namespace !== undefined && value.namespace !== namespace) continue;
      if (listed.has(id) || isNewer(value.resourceVersion, resourceVersion)) continue;
      this.#remove(id, resourceVersion);
    }
  }

  /** Undefined when the object cannot be read: it then stays as it was. */
  #read(raw: KubernetesObject, previous: T | null): T | null | undefined {
    try {
      return this.#options.read(raw, previous);
    } catch (error) {
      this.#options.report('read', error);
      return undefined;
    }
  }

  #put(id: string, previous: T | null, value: T): void {
    const key = this.#options.key(value);
    const oldKey = previous === null ? key : this.#options.key(previous);
    this.#values.set(id, value);
    if (oldKey !== key) this.#unindex(oldKey, id);
    const group = this.#byKey.get(key) ?? new Map<string, T>();
    this.#byKey.set(key, group.set(id, value));
    this.#tell(key);
    if (oldKey !== key) this.#tell(oldKey);
  }

  #remove(id: string, resourceVersion: string): void {
    this.#bury(id, resourceVersion);
    const value = this.#values.get(id);
    if (value === undefined) return;
    const key = this.#options.key(value);
    this.#values.delete(id);
    this.#unindex(key, id);
    this.#tell(key);
  }

  #unindex(key: string, id: string): void {
    const group = this.#byKey.get(key);
    group?.delete(id);
    if (group?.size === 0) this.#byKey.delete(key);
  }

  #bury(id: string, resourceVersion: string): void {
    const now = this.#options.clock.monotonic();
    const known = this.#tombstones.get(id);
    if (known !== undefined && !isNewer(resourceVersion, known.resourceVersion)) return;
    this.#tombstones.delete(id);
    this.#tombstones.set(id, { resourceVersion, since: now });
    // In the order of their time: the oldest come first.
    for (const [old, { since }] of this.#tombstones) {
      if (now - since <= TOMBSTONE_TTL) break;
      this.#tombstones.delete(old);
    }
  }

  #tell(key: string): void {
    try {
      this.#options.changed(key);
    } catch (error) {
      this.#options.report('handler', error);
    }
  }
}

/** How `retain` names an item of a list. */
export function listedId({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return idOf(namespace, name);
}

function idOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}
