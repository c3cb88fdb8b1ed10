/** Compares the objects of two stores, apart from their resourceVersions. */
import { canonicalJson } from '../../../src/canonical-json.ts';
import { events, leases } from '../../../src/controller/resources.ts';
import type { ManagedFieldsEntry } from '../../../src/kubernetes/managed-fields.ts';
import type { ObjectStore } from '../../kubernetes/object-store.ts';
import type { Raw } from '../simulation/raw.ts';

/** A number for each content; stored objects never change. */
const byText = new Map<string, number>();
const numbers = new WeakMap<object, number>();

/** Equal for equal contents, without Events and Leases. */
export function stateOf(store: ObjectStore): string {
  const numbered = objectsOf(store).map(([key, object]) => `${key}=${numberOf(object)}`);
  return numbered.toSorted().join('\n');
}

/** Every object, by its key. @param withTimes whether times count */
export function contentsOf(store: ObjectStore, withTimes: boolean): Record<string, unknown> {
  const time = /"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z"/g;
  const text = (object: Raw) => (withTimes ? textOf(object) : textOf(object).replaceAll(time, '"time"'));
  return Object.fromEntries(objectsOf(store).map(([key, object]) => [key, JSON.parse(text(object))]));
}

function objectsOf(store: ObjectStore): [string, Raw][] {
  const found: [string, Raw][] = [];
  for (const [key, { type, object }] of store.entries()) {
    if (type !== events && type !== leases) found.push([key, object]);
  }
  return found;
}

function numberOf(object: Raw): number {
  const known = numbers.get(object);
  if (known !== undefined) return known;
  const text = textOf(object);
  const number = byText.get(text) ?? byText.size;
  byText.set(text, number);
  numbers.set(object, number);
  return number;
}

function textOf(object: Raw): string {
  const { metadata, ...rest } = object;
  const { resourceVersion: _, managedFields = [], ...others } = metadata;
  const owners = (managedFields as ManagedFieldsEntry[]).map(({ time: _, ...entry }) => canonicalJson(entry));
  return canonicalJson({ ...rest, metadata: { ...others, managedFields: owners.toSorted() } });
}
