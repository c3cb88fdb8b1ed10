/**
 * The annotation on every child of a Model with a digest of the object that was last applied: if the desired object has
 * the same digest, there is nothing to apply.
 */
import { createHash } from 'node:crypto';
import { annotations } from '../../api/group.ts';
import { canonicalJson } from '../../canonical-json.ts';
import type { KubernetesObject } from '../../kubernetes/resource.ts';

/** Sixteen hexadecimal digits over the desired object, excluding the digest annotation itself. */
export function appliedDigest(object: KubernetesObject): string {
  return digestOf(withDigest(object, undefined));
}

/** Sixteen hexadecimal digits over a JSON value. */
export function digestOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, 16);
}

/** The desired object with the annotation. */
export function withAppliedDigest<T extends KubernetesObject>(object: T): T {
  return withDigest(object, appliedDigest(object));
}

/**
 * The same with annotations about who applies it and with whom it contends. They are not part of the digest: two operators
 * that want the same object do not contend.
 */
export function withOperator<T extends KubernetesObject>(
  object: T,
  operator: string,
  contention?: string,
): T {
  return withAnnotations(withAppliedDigest(object), {
    [annotations.appliedBy]: operator,
    ...(contention !== undefined && { [annotations.contention]: contention }),
  });
}

function withDigest<T extends KubernetesObject>(object: T, digest: string | undefined): T {
  return withAnnotations(object, { [annotations.applied]: digest });
}

function withAnnotations<T extends KubernetesObject>(
  object: T,
  added: Readonly<Record<string, string | undefined>>,
): T {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...added } } };
}
