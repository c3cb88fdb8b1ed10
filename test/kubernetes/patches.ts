/** Patches like those of the API server; server-side apply without ownership of list items. */

type Json = Record<string, unknown>;

const isMap = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** JSON merge patch (RFC 7386), in place. */
export function mergePatch(target: Json, patch: Json): void {
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete target[field];
    else if (isMap(value)) {
      const below = isMap(target[field]) ? target[field] : {};
      target[field] = below;
      mergePatch(below, value);
    } else target[field] = structuredClone(value);
  }
}

/** JSON patch (RFC 6902) of replacements of existing fields, in place. */
export function jsonPatch(target: Json, operations: unknown): void {
  for (const { op, path, value } of operations as { op: string; path: string; value: unknown }[]) {
    if (op !== 'replace') throw new Error(`not supported: ${op}`);
    const parts = path.split('/').slice(1);
    const last = parts.pop() ?? '';
    const parent = parts.reduce((above, part) => above[part] as Json, target);
    parent[last] = structuredClone(value);
  }
}

/** Removes fields that the manager applied before and no longer applies, and merges the others. In place. */
export function applyPatch(target: Json, applied: Json, before: Json | undefined): void {
  removeLeftOut(target, before ?? {}, applied);
  mergePatch(target, applied);
}

function removeLeftOut(target: Json, before: Json, now: Json): void {
  for (const [field, value] of Object.entries(before)) {
    if (!(field in now)) delete target[field];
    else if (isMap(value) && isMap(now[field]) && isMap(target[field])) {
      removeLeftOut(target[field], value, now[field]);
    }
  }
}
