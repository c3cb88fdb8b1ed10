/** Tables of the fields of a custom resource, in Markdown: one for each object in its schema. */
import { quantityPattern } from '../../src/api/fields.ts';
import type { Validation } from '../../src/api/rules.ts';
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';

/** An object in a kind's schema, such as `spec.data`; lists of objects are `spec.stages[]`. */
interface ObjectNode {
  readonly kind: string;
  readonly path: string;
  readonly node: StructuralSchema;
}

/** Tables that are written already, by their content: an object that several fields share is described once. */
export class SchemaTables {
  readonly #written = new Map<string, ObjectNode>();

  /** The tables of one field of a kind, such as `spec`, with those of the objects in it. */
  of(kind: string, path: string, schema: StructuralSchema): string[] {
    const root = schema.properties?.[path];
    if (root === undefined) throw new Error(`${kind} has no field ${path}`);
    const fixed = schema['x-kubernetes-validations']?.filter(({ rule }) => isTransition(rule)) ?? [];
    return this.#section({ kind, path, node: root }, relativeTo(path, fixed), rulesOf(schema, path));
  }

  #section(
    object: ObjectNode,
    inherited: readonly Validation[] = [],
    further: readonly string[] = [],
  ): string[] {
    const { kind, path, node } = object;
    this.#written.set(contentOf(node), object);
    const nested = Object.entries(node.properties ?? {})
      .map(([name, field]) => objectAt(kind, `${path}.${name}`, field))
      .filter(inner => inner !== null);
    const rows = Object.entries(node.properties ?? {}).map(([name, field]) => {
      const validations = [...inherited, ...(node['x-kubernetes-validations'] ?? [])];
      const fixed = validations.find(({ rule, fieldPath }) => isTransition(rule) && fieldPath === `.${name}`);
      return this.#row(object, name, field, fixed);
    });
    const rules = [...further, ...rulesOf(node)];
    return [
      `### ${kind}: ${path}`,
      '',
      ...(node.description === undefined ? [] : [escapeTags(node.description), '']),
      ...table(['field', 'type', 'default', 'limits', 'description'], rows),
      '',
      ...(rules.length === 0 ? [] : ['Rules:', '', ...rules.map(rule => `- ${rule}`), '']),
      ...nested.filter(inner => this.#linkTo(inner) === null).flatMap(inner => this.#section(inner)),
    ];
  }

  #row(
    { kind, path, node }: ObjectNode,
    name: string,
    field: StructuralSchema,
    fixed?: Validation,
  ): string[] {
    const inner = objectAt(kind, `${path}.${name}`, field);
    return [
      `\`${name}\``,
      inner === null ? typeOf(field) : `[${typeOf(field)}](${anchorOf(this.#linkTo(inner) ?? inner)})`,
      node.required?.includes(name) ? '*required*' : defaultOf(field),
      limitsOf(field).join(', '),
      [escapeTags(field.description), fixed && sentence(fixed)].filter(Boolean).join(' '),
    ];
  }

  #linkTo({ node }: ObjectNode): ObjectNode | null {
    return this.#written.get(contentOf(node)) ?? null;
  }
}

const isTransition = (rule: string) => rule.includes('oldSelf');

/** Rules for a field of an object, seen from the object at `path`. */
function relativeTo(path: string, validations: readonly Validation[]): Validation[] {
  const prefix = `.${path}.`;
  return validations
    .filter(({ fieldPath }) => fieldPath.startsWith(prefix))
    .map(({ rule, message, fieldPath }) => ({
      rule,
      message: message.replace(prefix.slice(1), ''),
      fieldPath: `.${fieldPath.slice(prefix.length)}`,
    }));
}

/** The messages of an object's rules that are not about changes; of those under `within` alone where it is given. */
function rulesOf(node: StructuralSchema, within?: string): string[] {
  return (node['x-kubernetes-validations'] ?? [])
    .filter(
      ({ rule, fieldPath }) =>
        !isTransition(rule) && (within === undefined || fieldPath.startsWith(`.${within}.`)),
    )
    .map(({ message, fieldPath }) => message.replace(fieldPath.slice(1), path => `\`${path}\``));
}

/** `seed is immutable: …` as `Immutable: …` */
function sentence({ message, fieldPath }: Validation): string {
  const text = message.slice(fieldPath.length).replace(/^is /, '');
  return `*${text.slice(0, 1).toUpperCase()}${text.slice(1)}.*`;
}

function contentOf(node: StructuralSchema): string {
  return JSON.stringify([node.properties, node['x-kubernetes-validations']]);
}

/** The object in a field or in a list; null for a field without fields. */
function objectAt(kind: string, path: string, field: StructuralSchema): ObjectNode | null {
  if (field.items !== undefined) return objectAt(kind, `${path}[]`, field.items);
  return field.properties === undefined ? null : { kind, path, node: field };
}

/** As GitHub makes it of a heading. */
function anchorOf({ kind, path }: ObjectNode): string {
  return `#${`${kind}-${path}`.toLowerCase().replaceAll(/[^a-z0-9-]/g, '')}`;
}

function typeOf(field: StructuralSchema): string {
  if (field.items !== undefined) return `list of ${typeOf(field.items)}`;
  if (field.additionalProperties !== undefined) return `map of ${typeOf(field.additionalProperties)}`;
  if (isQuantity(field)) return 'quantity';
  return field.format ?? field.type ?? 'any';
}

function defaultOf(field: StructuralSchema): string {
  if (field.default === undefined || field.properties !== undefined) return '';
  return `\`${JSON.stringify(field.default)}\``;
}

const isQuantity = ({ pattern }: StructuralSchema) => pattern === quantityPattern.source;

function limitsOf(field: StructuralSchema): string[] {
  if (isQuantity(field)) return [];
  return [
    ...(field.enum === undefined ? [] : [field.enum.map(value => `\`${value}\``).join(', ')]),
    ...rangeOf(field),
    ...sizeOf(field),
    ...(field.pattern === undefined ? [] : [`\`${field.pattern}\``]),
    ...(field.items === undefined ? [] : limitsOf(field.items).map(limit => `each ${limit}`)),
    ...(field.additionalProperties === undefined
      ? []
      : limitsOf(field.additionalProperties).map(limit => `each ${limit}`)),
    ...(field['x-kubernetes-list-map-keys'] ?? []).map(key => `unique \`${key}\``),
  ];
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: StructuralSchema): string[] {
  if (minimum !== undefined && maximum !== undefined && !exclusiveMinimum && !exclusiveMaximum)
    return [`${minimum} to ${maximum}`];
  return [
    ...(minimum === undefined ? [] : [`${exclusiveMinimum ? 'above' : 'at least'} ${minimum}`]),
    ...(maximum === undefined ? [] : [`${exclusiveMaximum ? 'below' : 'at most'} ${maximum}`]),
  ];
}

function sizeOf({ minLength, maxLength, minItems, maxItems, maxProperties }: StructuralSchema): string[] {
  return [
    ...spanOf(minLength, maxLength, 'characters'),
    ...spanOf(minItems, maxItems, 'entries'),
    ...spanOf(undefined, maxProperties, 'entries'),
  ];
}

function spanOf(least: number | undefined, most: number | undefined, what: string): string[] {
  if (most !== undefined)
    return [least === undefined ? `at most ${most} ${what}` : `${least} to ${most} ${what}`];
  return least === undefined ? [] : [`at least ${least} ${what}`];
}

/** Without the columns that are empty in every row. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const kept = titles.map((_, column) => rows.some(row => row[column] !== ''));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => kept[column]).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(row => line(row.map(escapeCell)))];
}

/** In text such as `<model>-artifacts`, which would be an HTML tag. */
function escapeTags(text = ''): string {
  return text.replaceAll('<', '\\<');
}

/** Vertical bars end a cell, in code too. */
function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|');
}
