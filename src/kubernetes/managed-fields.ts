/**
 * Which manager owns which field of an object: `metadata.managedFields`, with sets of fields in the format FieldsV1. There,
 * `f:` starts the name of a field, `k:` the keys of an item of a list and `v:` an item that is a plain value. `.` means
 * the list or map itself, and an empty set everything from that point on.
 */
import type { KubernetesObject } from './resource.ts';

/** A set of fields in the format FieldsV1. */
export interface FieldSet {
  readonly [element: string]: FieldSet;
}

export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly apiVersion?: string;
  readonly fieldsType?: string;
  readonly fieldsV1?: FieldSet;
  /** Set for writes to a subresource, such as `status` or `scale`. */
  readonly subresource?: string;
  readonly time?: string;
}

/** The entries of an object; empty if it has none. */
export function managedFieldsOf({ metadata }: KubernetesObject): readonly ManagedFieldsEntry[] {
  return (metadata.managedFields ?? []) as readonly ManagedFieldsEntry[];
}

/** The entry of what the manager has applied. */
export function appliedEntry(
  entries: readonly ManagedFieldsEntry[],
  manager: string,
): ManagedFieldsEntry | undefined {
  return entries.find(entry => isOf(entry, manager, 'Apply'));
}

/**
 * Whether the manager has written the object by POST, PUT or patch. It owns those fields apart from those that it applies,
 * so that leaving them out of a later apply does not remove them.
 */
export function needsHandOver(entries: readonly ManagedFieldsEntry[], manager: string): boolean {
  return entries.some(entry => isOf(entry, manager, 'Update'));
}

/**
 * The entries with all fields of the manager in its entry for apply, as in csaupgrade of client-go. From then on, a field
 * that a later apply leaves out is removed.
 */
export function handedOver(entries: readonly ManagedFieldsEntry[], manager: string): ManagedFieldsEntry[] {
  const own = entries.filter(entry => isOf(entry, manager, 'Update') || isOf(entry, manager, 'Apply'));
  const [first] = own;
  if (first === undefined) return [...entries];
  const { apiVersion, fieldsType, time } = appliedEntry(entries, manager) ?? first;
  const applied: ManagedFieldsEntry = {
    manager,
    operation: 'Apply',
    ...(apiVersion !== undefined && { apiVersion }),
    ...(fieldsType !== undefined && { fieldsType }),
    ...(time !== undefined && { time }),
    fieldsV1: own.map(({ fieldsV1 = {} }) => fieldsV1).reduce(union),
  };
  return [applied, ...entries.filter(entry => !own.includes(entry))];
}

/** The fields of either set. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  const elements = new Set([...Object.keys(left), ...Object.keys(right)]);
  const both = [...elements].map(element => {
    const [a, b] = [left[element], right[element]];
    return [element, a !== undefined && b !== undefined ? union(a, b) : (a ?? b)];
  });
  const isMember = (isEmpty(left) || isEmpty(right)) && elements.size > 0;
  return Object.fromEntries(isMember ? [['.', {}], ...both] : both);
}

/** Whether a set is empty, which means everything from that point on. */
export function isEmpty(fields: FieldSet): boolean {
  for (const _ in fields) return false;
  return true;
}

function isOf(entry: ManagedFieldsEntry, manager: string, operation: 'Apply' | 'Update'): boolean {
  return entry.manager === manager && entry.operation === operation && entry.subresource === undefined;
}
