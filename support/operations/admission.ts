/**
 * What the API server decides about an object of a CustomResourceDefinition: defaults, the structural schema, unknown
 * fields, keys of lists, and the rules in the Common Expression Language.
 */
import { Environment } from '@marcbachmann/cel-js';
import { withDefaults } from '../../src/crd/defaults.ts';
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';

/** An object of a custom kind. */
export interface CustomObject {
  readonly metadata: { readonly name: string };
  readonly spec?: unknown;
  readonly status?: unknown;
}

export interface Problem {
  /** Such as `spec.stages[0].name`. */
  readonly field: string;
  readonly message: string;
  /** The schema's rule that is violated, and the path of its `self`; absent if a single value is invalid. */
  readonly rule?: { readonly text: string; readonly self: string };
}

type Json = Readonly<Record<string, unknown>>;

const cel = new Environment({ unlistedVariablesAreDyn: true });
const programs = new Map<string, ReturnType<Environment['parse']>>();

/** The object as it would be stored. */
export function stored<T extends CustomObject>(schema: StructuralSchema, object: T): T {
  return withDefaults(schema, object) as T;
}

/**
 * Why the API server refuses an object; empty if it accepts it. Rules are evaluated only if every single value is valid.
 * @param schema of the whole object
 * @param old the stored object, if this is an update
 */
export function problemsOf(schema: StructuralSchema, object: CustomObject, old?: CustomObject): Problem[] {
  const complete = stored(schema, object);
  const invalid = structuralProblems(schema, complete, '');
  return invalid.length > 0 ? invalid : ruleProblems(schema, complete, old, '');
}

function structuralProblems(node: StructuralSchema, value: unknown, path: string): Problem[] {
  const wrong = (message: string): Problem[] => [{ field: path, message }];
  if (node['x-kubernetes-int-or-string']) {
    if (Number.isInteger(value)) return [];
    return typeof value === 'string' ? stringProblems(node, value, wrong) : wrong('must be int or string');
  }
  if (!hasType(node.type, value)) return wrong(`must be of type ${node.type}`);
  if (node.enum !== undefined && !node.enum.includes(value)) return wrong('must be one of the values');
  if (typeof value === 'string') return stringProblems(node, value, wrong);
  if (typeof value === 'number') return numberProblems(node, value, wrong);
  if (Array.isArray(value)) return listProblems(node, value, path);
  return isMap(value) ? mapProblems(node, value, path) : [];
}

function hasType(type: string | undefined, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  return type === 'object' ? isMap(value) : typeof value === type;
}

function stringProblems(
  { minLength = 0, maxLength = Number.POSITIVE_INFINITY, pattern, format }: StructuralSchema,
  value: string,
  wrong: (message: string) => Problem[],
): Problem[] {
  const { length } = [...value];
  if (length < minLength) return wrong('is too short');
  if (length > maxLength) return wrong('is too long');
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value)) return wrong('must match the pattern');
  return format === undefined || isFormat(format, value) ? [] : wrong(`must be a ${format}`);
}

function isFormat(format: string, value: string): boolean {
  if (format === 'date') {
    return /^\d{4}-\d{2}-\d{2}$/.test(value) && isDay(value);
  }
  if (format === 'date-time') return !Number.isNaN(Date.parse(value));
  throw new Error(`the format ${format} is not known here`);
}

function isDay(value: string): boolean {
  const time = Date.parse(value);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(value);
}

function numberProblems(
  { minimum, maximum, exclusiveMinimum, exclusiveMaximum }: StructuralSchema,
  value: number,
  wrong: (message: string) => Problem[],
): Problem[] {
  if (minimum !== undefined && (value < minimum || (exclusiveMinimum && value === minimum))) {
    return wrong(`must not be below ${minimum}`);
  }
  const isAbove = maximum !== undefined && (value > maximum || (exclusiveMaximum && value === maximum));
  return isAbove ? wrong(`must not be above ${maximum}`) : [];
}

function listProblems(node: StructuralSchema, items: readonly unknown[], path: string): Problem[] {
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = node;
  if (items.length < minItems) return [{ field: path, message: 'has too few items' }];
  if (items.length > maxItems) return [{ field: path, message: 'has too many items' }];
  const keys = node['x-kubernetes-list-map-keys'];
  const keyOf = (item: unknown) => JSON.stringify(keys?.map(key => (item as Json | null)?.[key]));
  const duplicate =
    keys === undefined
      ? -1
      : items.findIndex((item, index) => items.slice(0, index).some(other => keyOf(other) === keyOf(item)));
  return [
    ...(duplicate === -1 ? [] : [{ field: `${path}[${duplicate}]`, message: 'Duplicate value' }]),
    ...items.flatMap((item, index) => structuralProblems(node.items ?? {}, item, `${path}[${index}]`)),
  ];
}

function mapProblems(node: StructuralSchema, value: Json, path: string): Problem[] {
  if (node['x-kubernetes-preserve-unknown-fields']) return [];
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const { properties, additionalProperties, required = [], maxProperties } = node;
  if (maxProperties !== undefined && entries.length > maxProperties) {
    return [{ field: path, message: 'has too many entries' }];
  }
  const missing = required
    .filter(name => value[name] === undefined)
    .map(name => ({ field: joined(path, name), message: 'is required' }));
  const below = entries.flatMap(([name, member]) => {
    // The schema of a custom kind does not describe the metadata apart from the name.
    if (path === 'metadata' && name !== 'name') return [];
    const schema = additionalProperties ?? properties?.[name];
    if (schema === undefined) return [{ field: joined(path, name), message: 'unknown field' }];
    return structuralProblems(schema, member, joined(path, name));
  });
  return [...missing, ...below];
}

function ruleProblems(node: StructuralSchema, value: unknown, old: unknown, path: string): Problem[] {
  const own = (node['x-kubernetes-validations'] ?? [])
    .filter(({ rule }) => old !== undefined || !isTransition(rule))
    .filter(({ rule }) => !holds(rule, node, value, old))
    .map(({ rule, message, fieldPath }) => ({
      field: `${path}${fieldPath}`.replace(/^\./, ''),
      message,
      rule: { text: rule, self: path },
    }));
  return [...own, ...rulesBelow(node, value, old, path)];
}

function rulesBelow(node: StructuralSchema, value: unknown, old: unknown, path: string): Problem[] {
  if (Array.isArray(value)) {
    // Items of lists have no old value here.
    return value.flatMap((item, index) =>
      ruleProblems(node.items ?? {}, item, undefined, `${path}[${index}]`),
    );
  }
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const schema = node.additionalProperties ?? node.properties?.[name];
    const before = isMap(old) ? old[name] : undefined;
    return schema === undefined || member === undefined
      ? []
      : ruleProblems(schema, member, before, joined(path, name));
  });
}

/** Whether the rule compares with the stored value. */
export function isTransition(rule: string): boolean {
  return /\boldSelf\b/.test(rule);
}

/** @throws Error if the rule cannot be evaluated */
function holds(rule: string, node: StructuralSchema, value: unknown, old: unknown): boolean {
  const program = programs.get(rule) ?? cel.parse(rule);
  programs.set(rule, program);
  const context = { self: celValue(node, value), ...(old !== undefined && { oldSelf: celValue(node, old) }) };
  return program(context) === true;
}

/** Integers and dates as the types that rules see. */
function celValue(node: StructuralSchema, value: unknown): unknown {
  if (Array.isArray(value)) return value.map(item => celValue(node.items ?? {}, item));
  if (isMap(value)) {
    const entries = Object.entries(value).filter(([, member]) => member !== undefined);
    return Object.fromEntries(
      entries.map(([name, member]) => [
        name,
        celValue(node.properties?.[name] ?? node.additionalProperties ?? {}, member),
      ]),
    );
  }
  if (typeof value === 'number' && Number.isInteger(value) && node.type !== 'number') return BigInt(value);
  const isTime = node.format === 'date' || node.format === 'date-time';
  return isTime && typeof value === 'string' ? new Date(value) : value;
}

function joined(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function isMap(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
