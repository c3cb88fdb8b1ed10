/** Specs as users change them. */
import type { Spec } from './cases.ts';

/** The base with the fields of the other one; objects are merged, lists replaced. */
export function merged(base: Spec, other: Spec): Spec {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(other)) {
    const before = base[name];
    result[name] = isMap(before) && isMap(value) ? merged(before, value) : value;
  }
  return result;
}

function isMap(value: unknown): value is Spec {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
