/** Reads JSON whose form the API server has checked: what is absent reads as empty, nothing throws. */

type JsonObject = Readonly<Record<string, unknown>>;

const none: JsonObject = {};

/** The object; an empty one for anything else. */
export function object(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : none;
}

/** The objects of a list. */
export function objects(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.map(object) : [];
}

/** The text; null for anything else. */
export function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

/** The number; `fallback` for anything else. */
export function whole(value: unknown, fallback = 0): number {
  return typeof value === 'number' ? value : fallback;
}

/** Milliseconds since the epoch; null for what is no time. */
export function time(value: unknown): number | null {
  const milliseconds = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(milliseconds) ? null : milliseconds;
}

/** The one among a list of conditions, or container statuses, that is so named. */
export function named(list: unknown, key: 'type' | 'name', name: string): JsonObject | null {
  return objects(list).find(item => item[key] === name) ?? null;
}
