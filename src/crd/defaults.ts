import type { StructuralSchema } from './structural-schema.ts';

/** Applies the schema's defaults as the API server does: from the outside in, since a default may contain fields with defaults. */
export function withDefaults(schema: StructuralSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => withDefaults(schema.items ?? {}, item));
  if (value === null || typeof value !== 'object') return value;
  const result: Record<string, unknown> = { ...value };
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const present = result[name] ?? structuredClone(field.default);
    if (present !== undefined) result[name] = withDefaults(field, present);
  }
  for (const [name, entry] of Object.entries(result)) {
    if (schema.additionalProperties) result[name] = withDefaults(schema.additionalProperties, entry);
  }
  return result;
}
