/** The latest known state of the objects of one kind, independent of the order in which changes arrive. */
import type { Clock } from '../clock.ts';
import type { KubernetesObject } from '../resource.ts';

/** The fields that a cache needs of every value. */
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

/** How long deletions are remembered, in milliseconds: no response or event is delayed for longer. */
const TOMBSTONE_TTL = 600_000;

/**
 * Values by namespace and name, and by key. Only newer states are applied, so that events may be repeated, late or out
 * of order, and mixed with the responses to writes. Deletions are remembered, so that an older state cannot restore a
 * deleted object.
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

  /** Applies a state unless it is known, older, or of an object that was deleted since. */
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

  /** Applies a deletion unless the stored state is newer. */
  delete(raw: KubernetesObject): void {
    const { namespace = '', name, resourceVersion = '' } = raw.metadata;
    const id = idOf(namespace, name);
    const known = this.#values.get(id);
    if (known !== undefined && isNewer(known.resourceVersion, resourceVersion)) return;
    this.#remove(id, resourceVersion);
  }

  /**
   * After a full list: removes objects that are not in it, unless they are newer than the list.
   * @param namespace undefined: all namespaces
   * @param listed `listedId` of each item
   */
  retain(namespace: string | undefined, listed: ReadonlySet<string>, resourceVersion: string): void {
    for (const [id, value] of this.#values) {
      if (namespace !== undefined && value.namespace !== namespace) continue;
      if (listed.has(id) || isNewer(value.resourceVersion, resourceVersion)) continue;
      this.#remove(id, resourceVersion);
    }
  }

  /** Undefined if the object cannot be read: its stored state is then kept. */
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
    this.#notify(key);
    if (oldKey !== key) this.#notify(oldKey);
  }

  #remove(id: string, resourceVersion: string): void {
    this.#addTombstone(id, resourceVersion);
    const value = this.#values.get(id);
    if (value === undefined) return;
    const key = this.#options.key(value);
    this.#values.delete(id);
    this.#unindex(key, id);
    this.#notify(key);
  }

  #unindex(key: string, id: string): void {
    const group = this.#byKey.get(key);
    group?.delete(id);
    if (group?.size === 0) this.#byKey.delete(key);
  }

  #addTombstone(id: string, resourceVersion: string): void {
    const now = this.#options.clock.monotonic();
    const known = this.#tombstones.get(id);
    if (known !== undefined && !isNewer(resourceVersion, known.resourceVersion)) return;
    this.#tombstones.delete(id);
    this.#tombstones.set(id, { resourceVersion, since: now });
    // In order of time: the oldest come first.
    for (const [old, { since }] of this.#tombstones) {
      if (now - since <= TOMBSTONE_TTL) break;
      this.#tombstones.delete(old);
    }
  }

  #notify(key: string): void {
    try {
      this.#options.changed(key);
    } catch (error) {
      this.#options.report('handler', error);
    }
  }
}

/** The id of a list's item for `retain`. */
export function listedId({ metadata: { namespace = '', name } }: KubernetesObject): string {
  return idOf(namespace, name);
}

function idOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/**
 * Whether a resourceVersion is newer than another one of the same kind. API servers use growing decimal numbers.
 * Anything else counts as newer: an outdated state for a moment is better than a missed change.
 */
export function isNewer(version: string, than: string): boolean {
  if (!isNumber(version) || !isNumber(than)) return version !== than;
  return version.length === than.length ? version > than : version.length > than.length;
}

function isNumber(version: string): boolean {
  return /^[1-9]\d*$|^0$/.test(version);
}
