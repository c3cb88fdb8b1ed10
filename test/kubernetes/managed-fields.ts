/**
 * Field ownership as the API server keeps it, for the built-in kinds that the operator writes: which lists are merged by
 * keys and which maps are atomic is known by the names of the fields.
 */
import { isDeepStrictEqual } from 'node:util';
import { type FieldSet, isEmpty, type ManagedFieldsEntry } from '../../src/kubernetes/managed-fields.ts';

type Json = Record<string, unknown>;

/** Who writes, and how. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
}

/** Another manager has set a field to another value, and the apply was not forced. */
export class FieldConflict extends Error {}

const listKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  env: ['name'],
  imagePullSecrets: ['name'],
  volumeMounts: ['mountPath'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
  ownerReferences: ['uid'],
};
const atomicMaps = ['selector', 'podSelector', 'labelSelector', 'nodeSelector', 'scaleTargetRef'];
const serverFields = ['name', 'namespace', 'uid', 'resourceVersion', 'generation', 'creationTimestamp'];
const separator = '\n';

/** The entries after a write that changed `before` to `after`. */
export function afterUpdate(
  entries: readonly ManagedFieldsEntry[],
  before: Json,
  after: Json,
  writer: Writer,
): ManagedFieldsEntry[] {
  const [old, now] = [flatten(before), flatten(after)];
  const changed = [...now].filter(
    ([path, value]) => !old.has(path) || !isDeepStrictEqual(old.get(path), value),
  );
  const removed = [...old.keys()].filter(path => !now.has(path));
  if (changed.length === 0 && removed.length === 0) return [...entries];
  const others = withoutFields(entries, entry => !isWriter(entry, writer), [
    ...removed,
    ...changed.map(([path]) => path),
  ]);
  const own = others.find(entry => isWriter(entry, writer));
  const paths = new Set([...pathsOf(own?.fieldsV1), ...changed.map(([path]) => path)]);
  for (const path of removed) paths.delete(path);
  return withEntry(others, writer, paths);
}

/**
 * Applies in place. Fields that the writer has applied before and leaves out now are removed unless others own them too.
 * @returns the new entries
 * @throws FieldConflict
 */
export function apply(
  target: Json,
  applied: Json,
  entries: readonly ManagedFieldsEntry[],
  writer: Writer,
  force: boolean,
): ManagedFieldsEntry[] {
  const [old, now] = [flatten(target), flatten(applied)];
  const changed = [...now]
    .filter(([path, value]) => !isDeepStrictEqual(old.get(path), value))
    .map(([path]) => path);
  const others = entries.filter(entry => !isWriter(entry, writer));
  const conflict = others.find(({ fieldsV1 }) => pathsOf(fieldsV1).some(path => changed.includes(path)));
  if (conflict !== undefined && !force) throw new FieldConflict(`conflict with "${conflict.manager}"`);
  merge(target, applied);
  const kept = withoutFields(others, () => true, changed);
  const owned = kept.flatMap(({ fieldsV1 }) => pathsOf(fieldsV1));
  const own = entries.find(entry => isWriter(entry, writer));
  for (const path of pathsOf(own?.fieldsV1).toReversed()) {
    const isKept = [...owned, ...now.keys()].some(
      other => other === path || other.startsWith(`${path}${separator}`),
    );
    if (!isKept) removeAt(target, path.split(separator));
  }
  return withEntry(kept, writer, new Set(now.keys()));
}

function isWriter(entry: ManagedFieldsEntry, { manager, operation, subresource }: Writer): boolean {
  return entry.manager === manager && entry.operation === operation && entry.subresource === subresource;
}

function withEntry(
  entries: readonly ManagedFieldsEntry[],
  writer: Writer,
  paths: ReadonlySet<string>,
): ManagedFieldsEntry[] {
  const others = entries.filter(entry => !isWriter(entry, writer));
  return paths.size === 0
    ? others
    : [...others, { ...writer, fieldsType: 'FieldsV1', fieldsV1: setOf(paths) }];
}

function withoutFields(
  entries: readonly ManagedFieldsEntry[],
  concerns: (entry: ManagedFieldsEntry) => boolean,
  lost: readonly string[],
): ManagedFieldsEntry[] {
  return entries.flatMap(entry => {
    if (!concerns(entry)) return [entry];
    const paths = pathsOf(entry.fieldsV1).filter(path => !lost.includes(path));
    return paths.length === 0 ? [] : [{ ...entry, fieldsV1: setOf(new Set(paths)) }];
  });
}

/** The value of every field that a manager can own, by its path; items of lists are fields too. */
function flatten(object: Json): Map<string, unknown> {
  const fields = new Map<string, unknown>();
  const { apiVersion: _, kind: __, status: ___, metadata, ...rest } = object;
  const own = Object.entries((metadata ?? {}) as Json).filter(
    ([name]) => !serverFields.includes(name) && name !== 'managedFields' && name !== 'deletionTimestamp',
  );
  if (own.length > 0) collect(Object.fromEntries(own), ['f:metadata'], fields);
  for (const [name, value] of Object.entries(rest)) collect(value, [`f:${name}`], fields);
  return fields;
}

function collect(value: unknown, path: readonly string[], fields: Map<string, unknown>): void {
  const name = path.at(-1)?.slice(2) ?? '';
  const keys = Array.isArray(value) ? keysOf(name, value) : null;
  if (value === undefined) return;
  if (keys !== null) {
    for (const item of value as Json[]) {
      const place = [...path, elementOf(item, keys)];
      fields.set(place.join(separator), 'item');
      for (const [field, member] of Object.entries(item)) collect(member, [...place, `f:${field}`], fields);
    }
  } else if (isMap(value) && Object.keys(value).length > 0 && !atomicMaps.includes(name)) {
    for (const [field, member] of Object.entries(value)) collect(member, [...path, `f:${field}`], fields);
  } else fields.set(path.join(separator), value);
}

function keysOf(name: string, items: readonly unknown[]): readonly string[] | null {
  const [first] = items;
  if (!isMap(first)) return null;
  if (name === 'ports' && 'containerPort' in first) return ['containerPort', 'protocol'];
  if (name === 'ports' && 'targetPort' in first) return ['port', 'protocol'];
  return listKeys[name] ?? null;
}

function elementOf(item: Json, keys: readonly string[]): string {
  const defaults: Json = { protocol: 'TCP' };
  return `k:${JSON.stringify(Object.fromEntries(keys.map(key => [key, item[key] ?? defaults[key]])))}`;
}

function merge(target: Json, applied: Json): void {
  for (const [name, value] of Object.entries(applied)) {
    if (value === undefined) continue;
    const existing = target[name];
    const keys = Array.isArray(value) ? keysOf(name, value) : null;
    if (keys !== null && Array.isArray(existing)) {
      for (const item of value as Json[]) {
        const element = elementOf(item, keys);
        const same = (existing as Json[]).find(candidate => elementOf(candidate, keys) === element);
        if (same === undefined) existing.push(structuredClone(item));
        else merge(same, item);
      }
    } else if (
      isMap(value) &&
      isMap(existing) &&
      !atomicMaps.includes(name) &&
      Object.keys(value).length > 0
    ) {
      merge(existing, value);
    } else target[name] = structuredClone(value);
  }
}

/** Removes a field or an item, and the maps and lists that become empty. */
function removeAt(target: Json, [element, ...rest]: readonly string[]): void {
  if (element === undefined) return;
  const name = element.slice(2);
  const value = target[name];
  const [item] = rest;
  if (Array.isArray(value) && item?.startsWith('k:')) {
    const keys = Object.keys(JSON.parse(item.slice(2)));
    const found = (value as Json[]).find(candidate => elementOf(candidate, keys) === item);
    if (found === undefined) return;
    if (rest.length === 1) value.splice(value.indexOf(found), 1);
    else removeAt(found, rest.slice(1));
    if (value.length === 0) delete target[name];
  } else if (rest.length === 0) delete target[name];
  else if (isMap(value)) {
    removeAt(value, rest);
    if (Object.keys(value).length === 0) delete target[name];
  }
}

function pathsOf(fields: FieldSet | undefined, prefix: readonly string[] = []): string[] {
  return Object.entries(fields ?? {}).flatMap(([element, below]) => {
    if (element === '.') return [prefix.join(separator)];
    const path = [...prefix, element];
    return isEmpty(below) ? [path.join(separator)] : pathsOf(below, path);
  });
}

function setOf(paths: ReadonlySet<string>): FieldSet {
  const root: Json = {};
  for (const path of paths) {
    let node = root;
    for (const element of path.split(separator)) {
      node[element] ??= {};
      node = node[element] as Json;
    }
  }
  for (const path of paths) {
    const node = path.split(separator).reduce((above, element) => above[element] as Json, root);
    if (Object.keys(node).length > 0) node['.'] = {};
  }
  return root as FieldSet;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
