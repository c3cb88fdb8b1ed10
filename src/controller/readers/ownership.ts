/** Reads which manager owns which field of a child of a Model. */
import { fieldManager } from '../../api/group.ts';
import {
  appliedEntry,
  type FieldSet,
  type ManagedFieldsEntry,
  managedFieldsOf,
  needsHandOver,
} from '../../kubernetes/managed-fields.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';
import type { FieldOwnership } from '../observation.ts';

/** The number of different texts that are kept once only. */
const poolSize = 1000;

/** Texts by themselves: the children of most Models have the same fields, which differ only in their values. */
const pool = new Map<string, string>();

/** As JSON texts, since a cache of a thousand Models holds thousands of them and a decision reads only a few. */
export function readOwnership(object: KubernetesObject): FieldOwnership {
  const entries = managedFieldsOf(object);
  const applied = appliedEntry(entries, fieldManager);
  const others = entries
    .filter(entry => entry.manager !== fieldManager && entry.subresource !== 'status')
    .map(({ manager = '', fieldsV1 = {} }: ManagedFieldsEntry) => ({ manager, fields: fieldsV1 }));
  return {
    applied: applied === undefined ? null : shared(withoutOwners(applied.fieldsV1 ?? {})),
    others: shared(others),
    needsHandOver: needsHandOver(entries, fieldManager),
  };
}

/** Without the owner references, whose keys are the uids of Models. */
function withoutOwners(fields: FieldSet): FieldSet {
  const { 'f:metadata': metadata = {}, ...rest } = fields;
  const { 'f:ownerReferences': _, ...others } = metadata;
  return { ...rest, 'f:metadata': others };
}

function shared(value: unknown): string {
  const text = JSON.stringify(value);
  const known = pool.get(text);
  if (known !== undefined) return known;
  if (pool.size >= poolSize) pool.clear();
  pool.set(text, text);
  return text;
}
