import type { JsonValue } from '../api/artifacts.ts';

/** JSON with sorted keys and no spaces: equal values give equal bytes, so that they can be hashed. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value as JsonValue));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => [key, sorted(entry)]),
  );
}
