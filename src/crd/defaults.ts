import type { StructuralSchema } from './structural-schema.ts';

/**
 * The value with the schema's defaults written out, as the API server does it: from the outside in, so that a default
 * may have defaults inside. Fields that are there stay as they are.
 */
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
