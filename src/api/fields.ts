/** Types of fields that several schemas share. All are bounded, so that the API server can estimate the cost of rules. */
import { z } from 'zod';

/** An integer within inclusive limits. */
export const count = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/** An object whose fields are all optional; if absent, it is created with its defaults. */
export const defaulted = <T extends z.ZodType>(schema: T) => schema.prefault({} as z.input<T>);

/** A map with a limited number of entries. */
export function boundedMap<V extends z.ZodType>(value: V, maximum: number) {
  return z
    .record(z.string(), value)
    .refine(map => Object.keys(map).length <= maximum, { message: `must have at most ${maximum} entries` })
    .meta({ maxProperties: maximum });
}

/** A map of strings, such as labels or annotations. The API server validates the names in the object that gets them. */
export const stringMap = (maximumLength: number) => boundedMap(z.string().max(maximumLength), 64);

/**
 * Metadata of a list whose entries are identified by one field, so that clients using server-side apply can own single
 * entries. The API server refuses new lists that have two entries of the same key; where existing objects may have such
 * lists, the schema accepts them.
 */
export const listMap = (key: string) => ({
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
});

/** A Kubernetes type that is not described here. The API server validates it in the object that gets it. */
export const opaque = z
  .record(z.string(), z.unknown())
  .meta({ 'x-kubernetes-preserve-unknown-fields': true });

export const quantityPattern =
  /^[+-]?([0-9]+|[0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+|[KMGTPE]i|[numkMGTPE])?$/;
const quantityMessage = 'must be a quantity such as 500m or 512Mi';

/** A Kubernetes quantity as text, such as `500m`, `1.5` or `512Mi`. */
export const quantityText = z.string().max(32).regex(quantityPattern, quantityMessage);

/** A quantity as text, or an integer. */
export const quantity = z
  .union([z.int(), z.string().max(32)])
  .refine(value => quantityPattern.test(String(value)), { message: quantityMessage })
  .meta({ 'x-kubernetes-int-or-string': true, pattern: quantityPattern.source, maxLength: 32 });
