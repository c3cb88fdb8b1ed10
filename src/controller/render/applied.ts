/** The mark on every child of a Model that says what was last applied: equal marks, nothing to do. */
import { createHash } from 'node:crypto';
import { annotations } from '../../api/group.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/** Sixteen hexadecimal digits over the desired object, whatever the order of its members; an own mark counts not. */
export function appliedDigest(object: KubernetesObject): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(withMark(object, undefined))))
    .digest('hex')
    .slice(0, 16);
}

/** The desired object with its mark. */
export function marked(object: KubernetesObject): KubernetesObject {
  return withMark(object, appliedDigest(object));
}

function withMark(object: KubernetesObject, mark: string | undefined): KubernetesObject {
  const said = (object.metadata.annotations ?? {}) as Readonly<Record<string, string>>;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...said, [annotations.applied]: mark } },
  };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, sorted(member)]));
}
