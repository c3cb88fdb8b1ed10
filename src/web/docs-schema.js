// @ts-check
/** JSON Schemas of the OpenAPI document as text and tables. */
import { html, scrollable } from './html.js';

/**
 * The part of JSON Schema that the document uses.
 * @typedef {object} Schema
 * @property {string} [$ref]
 * @property {string | string[]} [type]
 * @property {string} [description]
 * @property {unknown} [const]
 * @property {readonly unknown[]} [enum]
 * @property {readonly Schema[]} [anyOf]
 * @property {readonly Schema[]} [oneOf]
 * @property {Schema} [items]
 * @property {readonly Schema[]} [prefixItems]
 * @property {Readonly<Record<string, Schema>>} [properties]
 * @property {readonly string[]} [required]
 * @property {Schema | boolean} [additionalProperties]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [exclusiveMinimum]
 * @property {number} [exclusiveMaximum]
 * @property {string} [format]
 */

/** "PredictRequest". @param {string} reference `#/components/schemas/PredictRequest` */
export function referenceName(reference) {
  return reference.slice(reference.lastIndexOf('/') + 1);
}

/**
 * A schema's type in one line, such as `list of number, at least 0`.
 * @param {Schema} schema
 * @returns {string}
 */
export function typeText(schema) {
  if (schema.$ref) return referenceName(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map(value => JSON.stringify(value)).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.map(typeText).join(' | ');
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeText).join(', ')}]`;
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`;
  const type = [schema.type ?? 'any'].flat().join(' | ');
  return [schema.format ? `${type} (${schema.format})` : type, ...boundsText(schema)].join(', ');
}

/** Bounds beyond this are those of exactly representable integers and are not shown. */
const huge = Number.MAX_SAFE_INTEGER;

/** @param {Schema} schema @returns {string[]} */
function boundsText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }) {
  return [
    minimum !== undefined && minimum > -huge ? `at least ${minimum}` : '',
    exclusiveMinimum !== undefined ? `above ${exclusiveMinimum}` : '',
    maximum !== undefined && maximum < huge ? `at most ${maximum}` : '',
    exclusiveMaximum !== undefined ? `below ${exclusiveMaximum}` : '',
  ].filter(text => text !== '');
}

/**
 * Every field of an object, those of inner objects and lists with their path.
 * @param {Schema} schema
 * @param {string} [path]
 * @returns {{path: string, type: string, isRequired: boolean, description: string}[]}
 */
export function fieldsOf(schema, path = '') {
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return alternatives.flatMap(alternative => fieldsOf(alternative, path));
  if (schema.items) return fieldsOf(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const here = path === '' ? name : `${path}.${name}`;
    const own = {
      path: here,
      type: typeText(field),
      isRequired: schema.required?.includes(name) ?? false,
      description: field.description ?? '',
    };
    return [own, ...fieldsOf(field, here)];
  });
}

/** @param {string} name @param {Schema} schema */
export function schemaTable(name, schema) {
  const rows = fieldsOf(schema).map(
    ({ path, type, isRequired, description }) =>
      html`<tr><th scope="row"><code>${path}</code></th><td><code>${type}</code></td><td>${isRequired ? 'yes' : 'no'}</td><td>${description}</td></tr>
`,
  );
  if (rows.length === 0) return html`<p><code>${typeText(schema)}</code> ${schema.description}</p>`;
  return scrollable(
    name,
    html`<table>
<caption>Fields of ${name}</caption>
<thead><tr><th scope="col">Field</th><th scope="col">Type</th><th scope="col">Required</th><th scope="col">Meaning</th></tr></thead>
<tbody>${rows}</tbody>
</table>`,
  );
}
