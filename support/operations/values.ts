/**
 * Values of every field of a schema: valid ones at and between the limits, and wrong ones of each sort. A new field is
 * covered without a change here.
 */
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';
import { invalidTexts, mapKeys, opaqueObjects, validTexts } from './samples.ts';

/** Why a value is wrong; null if it is valid. */
export type Wrong =
  | 'type'
  | 'limit'
  | 'pattern'
  | 'enum'
  | 'missing field'
  | 'unknown field'
  | 'duplicate key'
  | 'contradiction'
  | null;

export interface Value {
  /** The field, relative to the node: '' or such as `.stages[0].name`. */
  readonly at: string;
  /** The same without indexes and keys: `.stages[].name`. */
  readonly field: string;
  /** Such as `minimum`. */
  readonly what: string;
  readonly wrong: Wrong;
  /** The value of the whole node. */
  readonly value: unknown;
}

/** @param path of the node, such as `spec.stages[]` */
export function* valuesOf(node: StructuralSchema, path: string): Generator<Value> {
  if (node['x-kubernetes-preserve-unknown-fields']) yield* opaqueValues(path);
  else if (node['x-kubernetes-int-or-string']) yield* quantityValues(node, path);
  else if (node.properties) yield* objectValues(node, path);
  else if (node.additionalProperties) yield* mapValues(node, node.additionalProperties, path);
  else if (node.items) yield* listValues(node, node.items, path);
  else yield* leafValues(node, path);
}

const valid = (what: string, value: unknown): Value => ({ at: '', field: '', what, wrong: null, value });
const invalid = (wrong: Wrong, value: unknown, what: string = wrong ?? ''): Value => ({
  at: '',
  field: '',
  what,
  wrong,
  value,
});

function* opaqueValues(path: string): Generator<Value> {
  for (const [index, value] of opaqueObjects(path).slice(0, 3).entries()) {
    yield valid(`sample ${index + 1}`, value);
  }
  yield invalid('type', 'text');
  yield invalid('type', [1]);
}

function* quantityValues(node: StructuralSchema, path: string): Generator<Value> {
  yield valid('whole number', 2);
  for (const text of validTexts(node, path)) yield valid(`text ${text}`, text);
  for (const text of invalidTexts(node)) yield invalid('pattern', text);
  yield invalid('type', true);
  yield invalid('type', 1.5);
  yield invalid('limit', '9'.repeat((node.maxLength ?? 100) + 1), 'too long');
}

function* objectValues(node: StructuralSchema, path: string): Generator<Value> {
  const { properties = {}, required = [] } = node;
  const least = leastOf(node, path) as Record<string, unknown>;
  yield valid('present', least);
  yield invalid('type', 'text');
  yield invalid('type', [1]);
  yield { ...invalid('unknown field', { ...least, unknownField: 1 }), at: '.unknownField', field: '' };
  for (const name of required) {
    const { [name]: _, ...rest } = least;
    yield { ...invalid('missing field', rest), at: `.${name}`, field: `.${name}` };
  }
  for (const [name, schema] of Object.entries(properties)) {
    for (const { at, field, value, ...rest } of valuesOf(schema, `${path}.${name}`)) {
      yield { ...rest, at: `.${name}${at}`, field: `.${name}${field}`, value: { ...least, [name]: value } };
    }
  }
}

function* mapValues(node: StructuralSchema, entry: StructuralSchema, path: string): Generator<Value> {
  const { maxProperties } = node;
  const sample = leastOf(entry, `${path}{}`);
  const ofSize = (size: number) => Object.fromEntries(mapKeys(entry, size).map(key => [key, sample]));
  yield valid('empty', {});
  yield valid('one entry', ofSize(1));
  yield valid('two entries', ofSize(2));
  if (maxProperties !== undefined) {
    yield valid('most entries', ofSize(maxProperties));
    yield invalid('limit', ofSize(maxProperties + 1), 'too many entries');
  }
  yield invalid('type', 'text');
  const [key = ''] = mapKeys(entry, 1);
  for (const { at, field, value, ...rest } of valuesOf(entry, `${path}{}`)) {
    yield { ...rest, at: `.${key}${at}`, field: `{}${field}`, value: { [key]: value } };
  }
}

function* listValues(node: StructuralSchema, item: StructuralSchema, path: string): Generator<Value> {
  const { minItems = 0, maxItems } = node;
  const keys = node['x-kubernetes-list-map-keys'];
  const items = distinctItems(item, `${path}[]`, keys);
  const [first] = items(1);
  yield minItems > 0 ? invalid('limit', [], 'too few items') : valid('empty', []);
  yield valid('one item', [first]);
  yield valid('two items', items(2));
  if (maxItems !== undefined) {
    yield valid('most items', items(maxItems));
    yield invalid(
      'limit',
      Array.from({ length: maxItems + 1 }, () => first),
      'too many items',
    );
  }
  if (keys !== undefined) yield { ...invalid('duplicate key', [first, first]), at: '[1]' };
  yield invalid('type', 'text');
  for (const { at, field, value, ...rest } of valuesOf(item, `${path}[]`)) {
    yield { ...rest, at: `[0]${at}`, field: `[]${field}`, value: [value] };
  }
}

function* leafValues(node: StructuralSchema, path: string): Generator<Value> {
  if (node.enum !== undefined) {
    for (const value of node.enum) yield valid(String(value), value);
    yield invalid('enum', 'NoSuchValue');
    yield invalid('type', 1);
    return;
  }
  switch (node.type) {
    case 'boolean':
      yield* [valid('true', true), valid('false', false), invalid('type', 'true'), invalid('type', 1)];
      return;
    case 'integer':
    case 'number':
      yield* numberValues(node);
      return;
    case 'string':
      yield* textValues(node, path);
      return;
    default:
      throw new Error(`${path}: values of the type ${node.type} are not known`);
  }
}

function* numberValues(node: StructuralSchema): Generator<Value> {
  const { type, minimum, maximum, exclusiveMinimum = false, exclusiveMaximum = false } = node;
  const step = type === 'integer' ? 1 : 0.001;
  if (minimum !== undefined) {
    yield valid('minimum', exclusiveMinimum ? minimum + step : minimum);
    yield invalid('limit', exclusiveMinimum ? minimum : minimum - step, 'below the minimum');
  }
  if (minimum !== undefined && maximum !== undefined && maximum - minimum > 2 * step) {
    const middle = minimum + (maximum - minimum) / 3;
    yield valid('between', type === 'integer' ? Math.ceil(middle) : Number(middle.toFixed(4)));
  }
  if (maximum !== undefined) {
    yield valid('maximum', exclusiveMaximum ? maximum - step : maximum);
    yield invalid('limit', exclusiveMaximum ? maximum : maximum + step, 'above the maximum');
  }
  if (type === 'integer') yield invalid('type', (minimum ?? 0) + 0.5);
  yield invalid('type', '1');
  yield invalid('type', true);
}

function* textValues(node: StructuralSchema, path: string): Generator<Value> {
  const { pattern, format, minLength = 0, maxLength } = node;
  for (const text of validTexts(node, path)) yield valid(`text ${text}`, text);
  for (const text of invalidTexts(node)) yield invalid('pattern', text, `text ${text}`);
  if (pattern === undefined && format === undefined) {
    yield valid('shortest', 'x'.repeat(minLength));
    if (maxLength !== undefined) yield valid('longest', 'x'.repeat(maxLength));
  }
  if (maxLength !== undefined) yield invalid('limit', 'x'.repeat(maxLength + 1), 'too long');
  yield invalid('type', 1);
  yield invalid('type', { text: 'x' });
}

/** The least valid value: of an object its required fields, of a list its least number of items. */
export function leastOf(node: StructuralSchema, path: string): unknown {
  if (node['x-kubernetes-preserve-unknown-fields']) return opaqueObjects(path)[0];
  if (node.items) return distinctItems(node.items, `${path}[]`)(node.minItems ?? 0);
  if (node.additionalProperties) return {};
  if (node.properties) {
    const { properties, required = [] } = node;
    return Object.fromEntries(
      required.map(name => [name, leastOf(properties[name] ?? {}, `${path}.${name}`)]),
    );
  }
  for (const { wrong, value } of valuesOf(node, path)) if (wrong === null) return value;
  throw new Error(`no valid value of ${path}`);
}

/** Items of a list that differ in its keys, or in any way if it has none. Without enough values, they are repeated. */
function distinctItems(item: StructuralSchema, path: string, keys: readonly string[] = []) {
  const least = leastOf(item, path);
  return (count: number): unknown[] => {
    const [key] = keys;
    if (key === undefined) {
      const isOpaque = item['x-kubernetes-preserve-unknown-fields'];
      const values = isOpaque ? opaqueObjects(path) : validValues(item, path);
      return Array.from({ length: count }, (_, index) => values[index % values.length]);
    }
    const { enum: names } = item.properties?.[key] ?? {};
    return Array.from({ length: count }, (_, index) => ({
      ...(least as object),
      [key]: names === undefined ? `SAMPLE_${index}` : names[index],
    }));
  };
}

function validValues(node: StructuralSchema, path: string): unknown[] {
  return [...valuesOf(node, path)].filter(({ wrong }) => wrong === null).map(({ value }) => value);
}
