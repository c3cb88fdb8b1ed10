/**
 * Kinds of field that several schemas share. Everything has a bound, so that the API server can reckon what its rules
 * cost.
 */
import { z } from 'zod';

/** A whole number within limits, both included. */
export const count = (minimum: number, maximum: number) => z.int().min(minimum).max(maximum);

/** An object of which every field may be left out: it is there with its defaults. */
export const defaulted = <T extends z.ZodType>(schema: T) => schema.prefault({} as z.input<T>);

/** A map of at most so many entries. */
export function boundedMap<V extends z.ZodType>(value: V, most: number) {
  return z
    .record(z.string(), value)
    .refine(map => Object.keys(map).length <= most, { message: `must have at most ${most} entries` })
    .meta({ maxProperties: most });
}

/** Text by name, such as labels or annotations. What names may look like is checked where they end up. */
export const stringMap = (longestValue: number) => boundedMap(z.string().max(longestValue), 64);

/**
 * Metadata of a list whose entries are identified by one field, so that clients using server-side apply can own single
 * entries. The API server refuses new lists that have two entries of the same key; where existing objects may have such
 * lists, the schema accepts them.
 */
export const listMap = (key: string) => ({
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': [key],
});

/** Kubernetes' own type, checked by the API server when the object that has it is made. */
export const opaque = z
  .record(z.string(), z.unknown())
  .meta({ 'x-kubernetes-preserve-unknown-fields': true });

const quantityPattern = /^[+-]?([0-9]+|[0-9]+\.[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+|[KMGTPE]i|[numkMGTPE])?$/;
const quantityMessage = 'must be a quantity such as 500m or 512Mi';

/** A Kubernetes quantity in text, such as `500m`, `1.5` or `512Mi`. */
export const quantityText = z.string().max(32).regex(quantityPattern, quantityMessage);

/** The same, or a whole number. */
export const quantity = z
  .union([z.int(), z.string().max(32)])
  .refine(value => quantityPattern.test(String(value)), { message: quantityMessage })
  .meta({ 'x-kubernetes-int-or-string': true, pattern: quantityPattern.source, maxLength: 32 });
