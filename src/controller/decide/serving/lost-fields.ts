/** The fields of a desired object that others have changed or removed, from the ownership of fields. */
import { type FieldSet, isEmpty } from '../../../kubernetes/managed-fields.ts';
import type { KubernetesObject } from '../../../kubernetes/resource.ts';
import type { FieldOwnership } from '../../observation.ts';

export interface LostField {
  /** Such as `spec.template.spec.containers[server].image`. */
  readonly path: string;
  /** The manager that has changed it; null if it was removed, since no manager owns it then. */
  readonly manager: string | null;
}

/** A field of a map, or an item of a list. */
type Step = { readonly field: string } | { readonly item: unknown };

interface Place {
  readonly path: string;
  readonly steps: readonly Step[];
  readonly value: unknown;
}

interface OtherManager {
  readonly manager: string;
  readonly fields: FieldSet;
}

/**
 * The server removes a field from the operator's set when another manager changes its value, and leaves it there when
 * another manager only sets the same value too. Fields that the operator does not set are not considered.
 * @param desired the object as it was last applied
 */
export function lostFields(
  { metadata, ...object }: KubernetesObject,
  ownership: FieldOwnership,
): LostField[] {
  if (ownership.applied === null) return [];
  const { labels, annotations } = metadata;
  const { apiVersion: _, kind: __, ...rest } = object;
  const desired = { metadata: { labels, annotations }, ...rest };
  const lost = lostBelow({ path: '', steps: [], value: desired }, JSON.parse(ownership.applied));
  if (lost.length === 0) return [];
  const others: readonly OtherManager[] = JSON.parse(ownership.others);
  return lost.flatMap(place => changedBy(place, others));
}

function lostBelow(place: Place, fields: FieldSet): Place[] {
  if (isEmpty(fields)) return [];
  return membersOf(place).flatMap(member => {
    const step = member.steps.at(-1);
    const below = step === undefined ? undefined : lookUp(fields, step);
    return below === undefined || isRemoved(step, below) ? [member] : lostBelow(member, below);
  });
}

function changedBy(place: Place, others: readonly OtherManager[]): LostField[] {
  for (const { manager, fields } of others) {
    const owned = find(fields, place.steps);
    if (owned !== null) return ownedBelow(place, owned).map(({ path }) => ({ path, manager }));
  }
  return [{ path: place.path, manager: null }];
}

/** The innermost places that the manager owns: a map of which all fields are lost is in the operator's set no more. */
function ownedBelow(place: Place, fields: FieldSet): Place[] {
  const owned = membersOf(place).flatMap(member => {
    const below = find(fields, member.steps.slice(-1));
    return below === null ? [] : ownedBelow(member, below);
  });
  return owned.length === 0 ? [place] : owned;
}

/** The members of a map or a list; none for any other value. */
function membersOf({ path, steps, value }: Place): Place[] {
  if (Array.isArray(value)) {
    return value.map((item, index) => ({
      path: `${path}[${labelOf(item) ?? index}]`,
      steps: [...steps, { item }],
      value: item,
    }));
  }
  if (!isMap(value)) return [];
  return Object.entries(value)
    .filter(([, member]) => member !== undefined && member !== null)
    .map(([field, member]) => ({
      path: joined(path, field),
      steps: [...steps, { field }],
      value: member,
    }));
}

function joined(path: string, field: string): string {
  if (/[./]/.test(field)) return `${path}[${field}]`;
  return path === '' ? field : `${path}.${field}`;
}

/** What tells the items of the lists in a pod template apart. */
function labelOf(item: unknown): string | null {
  if (!isMap(item)) return null;
  const label = item.name ?? item.mountPath ?? item.containerPort ?? item.topologyKey;
  return label === undefined ? null : String(label);
}

/** The set below a step; undefined if the set does not contain it. */
function lookUp(fields: FieldSet, step: Step): FieldSet | undefined {
  if ('field' in step) return fields[`f:${step.field}`];
  const { item } = step;
  if (!isMap(item)) return fields[`v:${JSON.stringify(item)}`];
  const key = Object.keys(fields).find(
    element => element.startsWith('k:') && hasKeys(item, element.slice(2)),
  );
  return key === undefined ? undefined : fields[key];
}

/** A key that the item leaves out has its default, as the protocol of a port has. */
function hasKeys(item: Readonly<Record<string, unknown>>, keys: string): boolean {
  return Object.entries(JSON.parse(keys) as object).every(
    ([name, value]) => item[name] === undefined || item[name] === value,
  );
}

/** Some fields of an item may still be owned when the item itself was removed and added again by others. */
function isRemoved(step: Step | undefined, fields: FieldSet): boolean {
  return step !== undefined && 'item' in step && !isEmpty(fields) && fields['.'] === undefined;
}

/** The set at the end of the steps; null if the manager owns nothing there. */
function find(fields: FieldSet, steps: readonly Step[]): FieldSet | null {
  let current = fields;
  for (const step of steps) {
    const below = lookUp(current, step);
    if (below === undefined || isEmpty(below)) return below ?? null;
    current = below;
  }
  return current;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
