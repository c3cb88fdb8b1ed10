/** In-memory objects like those of an API server: versions, generations, finalizers, owners, and a log of changes. */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ManagedFieldsEntry } from '../../src/kubernetes/managed-fields.ts';
import { apiVersionOf, type KubernetesObject, type ResourceType } from '../../src/kubernetes/resource.ts';
import type { AnyObject } from './kinds.ts';
import { afterUpdate, apply, FieldConflict, type Writer } from './managed-fields.ts';

type Meta = Record<string, unknown> & { labels?: Record<string, string>; finalizers?: string[] };

/** A mutable object, before it is stored. */
export type Draft = { metadata: Meta & { name: string }; [field: string]: unknown };

export interface Change {
  readonly plural: string;
  readonly version: number;
  /** Null if the object was created. */
  readonly before: AnyObject | null;
  /** Null if the object was deleted; `before` then has the version of the deletion. */
  readonly after: AnyObject | null;
}

/** All that a store contains. Stored objects never change: they are replaced. */
export interface StoreState {
  readonly objects: ReadonlyMap<string, { readonly type: ResourceType; readonly object: AnyObject }>;
  readonly created: ReadonlyMap<string, number>;
  readonly version: number;
}

/** The error in a response of the server. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

export const notFound = (type: ResourceType, name: string) =>
  new Refusal(404, 'NotFound', `${type.plural} "${name}" not found`);

export const conflict = (type: ResourceType, name: string) =>
  new Refusal(
    409,
    'Conflict',
    `Operation cannot be fulfilled on ${type.plural} "${name}": the object has been modified`,
  );

export class ObjectStore {
  readonly #objects = new Map<string, { type: ResourceType; object: AnyObject }>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #now: () => number;
  #log: Change[] = [];
  #version = 1000;
  #compacted = 0;
  /** How many objects of each key were created so far. */
  readonly #created = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get version(): number {
    return this.#version;
  }

  get(type: ResourceType, namespace: string, name: string): AnyObject | null {
    return this.#objects.get(keyOf(type, namespace, name))?.object ?? null;
  }

  /** Ordered by namespace and name. */
  list(type: ResourceType, namespace?: string): AnyObject[] {
    const prefix = keyOf(type, namespace ?? '', '').slice(0, namespace === undefined ? -1 : undefined);
    return [...this.#objects]
      .filter(([key]) => key.startsWith(prefix))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { object }]) => object);
  }

  /** @param writer its ownership of fields is kept; none: no ownership is kept for the object */
  create<T extends KubernetesObject>(type: ResourceType, object: T, writer?: Writer): AnyObject {
    const { name, namespace = 'default' } = object.metadata;
    if (this.get(type, namespace, name) !== null) {
      throw new Refusal(409, 'AlreadyExists', `${type.plural} "${name}" already exists`);
    }
    const draft = copyOf(object) as unknown as Draft;
    const uid = this.#newUid(keyOf(type, namespace, name));
    Object.assign(draft.metadata, { namespace, uid, generation: 1, creationTimestamp: this.#time() });
    if (writer !== undefined) draft.metadata.managedFields = afterUpdate([], {}, draft, writer);
    return this.#keep(type, null, draft);
  }

  /** Stores a changed copy; an equal one changes nothing, not even the version. */
  update(
    type: ResourceType,
    namespace: string,
    name: string,
    change: (draft: Draft) => void,
    writer: Writer = { manager: 'cluster', operation: 'Update' },
  ): AnyObject {
    const before = this.get(type, namespace, name);
    if (before === null) throw notFound(type, name);
    const draft = copyOf(before) as unknown as Draft;
    change(draft);
    if (isDeepStrictEqual(draft, before)) return before;
    const entries = before.metadata.managedFields as readonly ManagedFieldsEntry[] | undefined;
    const { status: _, ...now } = draft;
    const { status: __, ...old } = before;
    // No ownership is kept for fields of the status.
    const mayChangeOwner = !isDeepStrictEqual(now, old);
    if (entries !== undefined && mayChangeOwner && isDeepStrictEqual(entries, draft.metadata.managedFields)) {
      draft.metadata.managedFields = afterUpdate(entries, before, draft, writer);
    }
    return this.#put(type, before, draft);
  }

  /** Server-side apply. Creates the object if it does not exist. */
  apply(type: ResourceType, object: KubernetesObject, manager: string, force: boolean): AnyObject {
    const { name, namespace = 'default', uid: _, resourceVersion: __, ...metadata } = object.metadata;
    const writer: Writer = { manager, operation: 'Apply' };
    const before = this.get(type, namespace, name);
    if (before === null) {
      return this.create(type, { ...object, metadata: { name, namespace, ...metadata } }, writer);
    }
    const draft = copyOf(before) as unknown as Draft;
    const entries = (draft.metadata.managedFields ?? []) as readonly ManagedFieldsEntry[];
    const applied = { ...object, metadata };
    try {
      draft.metadata.managedFields = apply(draft, applied, entries, writer, force);
    } catch (error) {
      if (!(error instanceof FieldConflict)) throw error;
      throw new Refusal(409, 'Conflict', `Apply failed with 1 conflict: ${error.message}`);
    }
    return this.#put(type, before, draft);
  }

  #put(type: ResourceType, before: AnyObject, draft: Draft): AnyObject {
    const kept = [
      'name',
      'namespace',
      'uid',
      'resourceVersion',
      'generation',
      'creationTimestamp',
      'deletionTimestamp',
    ] as const;
    for (const field of kept) {
      const { [field]: value } = before.metadata;
      if (value === undefined) delete draft.metadata[field];
      else Object.assign(draft.metadata, { [field]: value });
    }
    if (isDeepStrictEqual(draft, before)) return before;
    const { metadata: _a, status: _b, ...spec } = draft;
    const { metadata: _c, status: _d, ...old } = before;
    if (!isDeepStrictEqual(spec, old)) draft.metadata.generation = Number(before.metadata.generation) + 1;
    if (before.metadata.deletionTimestamp !== undefined && !draft.metadata.finalizers?.length) {
      return this.#drop(type, before, 'Background');
    }
    return this.#keep(type, before, draft);
  }

  delete(
    type: ResourceType,
    namespace: string,
    name: string,
    propagation = 'Background',
    uid?: string,
  ): AnyObject {
    const before = this.get(type, namespace, name);
    if (before === null) throw notFound(type, name);
    if (uid !== undefined && uid !== before.metadata.uid) throw conflict(type, name);
    const { finalizers } = before.metadata as Meta;
    if (!finalizers?.length) return this.#drop(type, before, propagation);
    if (before.metadata.deletionTimestamp !== undefined) return before;
    const draft = copyOf(before) as unknown as Draft;
    draft.metadata.deletionTimestamp = this.#time();
    return this.#keep(type, before, draft);
  }

  /** The changes after a version; null if they have expired. */
  since(version: number): readonly Change[] | null {
    return version < this.#compacted ? null : this.#log.filter(change => change.version > version);
  }

  /** Deletes the log: versions so far expire. */
  compact(): void {
    this.#version++;
    this.#compacted = this.#version;
    this.#log = [];
  }

  /** Every object with its key and type, in no particular order. */
  entries(): Iterable<[string, { readonly type: ResourceType; readonly object: AnyObject }]> {
    return this.#objects;
  }

  /** The contents, without the log of changes. */
  get state(): StoreState {
    return { objects: new Map(this.#objects), created: new Map(this.#created), version: this.#version };
  }

  /** Replaces the contents, without notifying of changes; earlier versions expire. */
  restore({ objects, created, version }: StoreState): void {
    this.#objects.clear();
    for (const [key, value] of objects) this.#objects.set(key, value);
    this.#created.clear();
    for (const [key, count] of created) this.#created.set(key, count);
    this.#version = version;
    this.#compacted = version;
    this.#log = [];
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #keep(type: ResourceType, before: AnyObject | null, draft: Draft): AnyObject {
    draft.metadata.resourceVersion = String(++this.#version);
    const after = {
      apiVersion: apiVersionOf(type),
      kind: type.kind,
      ...draft,
    } as unknown as AnyObject;
    this.#objects.set(keyOf(type, after.metadata.namespace ?? '', after.metadata.name), {
      type,
      object: after,
    });
    this.#notify({ plural: type.plural, version: this.#version, before, after });
    return after;
  }

  /** Deletes the children of a deleted owner, unless they are orphaned. */
  #drop(type: ResourceType, object: AnyObject, propagation: string): AnyObject {
    const { namespace = '', name, uid } = object.metadata;
    this.#objects.delete(keyOf(type, namespace, name));
    const version = ++this.#version;
    const before = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    this.#notify({ plural: type.plural, version, before, after: null });
    if (propagation !== 'Orphan') this.#collect(uid);
    return before;
  }

  #collect(owner: string | undefined): void {
    for (const { type, object } of [...this.#objects.values()]) {
      const owners = (object.metadata.ownerReferences ?? []) as { uid: string }[];
      if (!owners.some(({ uid }) => uid === owner)) continue;
      if (this.get(type, object.metadata.namespace ?? '', object.metadata.name) === null) continue;
      this.delete(type, object.metadata.namespace ?? '', object.metadata.name);
    }
  }

  #notify(change: Change): void {
    this.#log.push(change);
    for (const listener of this.#listeners) listener(change);
  }

  /** Depends only on the name and on how often an object of that name was created, not on what else was done. */
  #newUid(key: string): string {
    const count = (this.#created.get(key) ?? 0) + 1;
    this.#created.set(key, count);
    const digits = createHash('sha256').update(`${key}|${count}`).digest('hex').slice(0, 12);
    return `00000000-0000-4000-8000-${digits}`;
  }

  #time(): string {
    return new Date(this.#now()).toISOString().replace(/\.\d+Z$/, 'Z');
  }
}

/** Of an object in the state of a store. */
export function keyOf({ group, plural }: ResourceType, namespace: string, name: string): string {
  return `${group}|${plural}|${namespace}|${name}`;
}

/** A deep copy of JSON; faster than structuredClone. */
function copyOf<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyOf) as T;
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const name in value) copy[name] = copyOf(value[name]);
  return copy as T;
}
