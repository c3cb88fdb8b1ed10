/** Documentation of the chart's values, generated from the descriptions in values.schema.json. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';

interface Field {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Field>>;
}

const fieldSchema: z.ZodType<Field> = z.lazy(() =>
  z.object({
    description: z.string().optional(),
    properties: z.record(z.string(), fieldSchema).optional(),
  }),
);

/** One value of values.yaml. */
export interface Value {
  /** Such as `image.tag`. */
  readonly path: string;
  readonly defaultJson: string;
  readonly description: string;
}

/** Every value with a default, in the order of values.yaml. @throws Error for a value that is missing in the schema. */
export async function readValues(chart: string): Promise<Value[]> {
  return valuesOf(load(await readFile(join(chart, 'values.yaml'), 'utf8')), await readSchema(chart), '');
}

/** The chart's README with a current table of values. */
export async function withValuesTable(chart: string): Promise<string> {
  const readme = await readFile(join(chart, 'README.md'), 'utf8');
  const rows = (await readValues(chart)).map(
    ({ path, defaultJson, description }) => `| \`${path}\` | \`${defaultJson}\` | ${description} |`,
  );
  const table = ['| value | default | description |', '|---|---|---|', ...rows].join('\n');
  return readme.replace(
    /<!-- table -->[\s\S]*<!-- \/table -->/,
    () => `<!-- table -->\n\n${table}\n\n<!-- /table -->`,
  );
}

const header =
  '# Defaults. `make manifests` generates the comments from values.schema.json and the table in README.md.';

/** The chart's values.yaml with a current comment for every value, and no other comments. */
export async function withValuesComments(chart: string): Promise<string> {
  const schema = await readSchema(chart);
  const lines = (await readFile(join(chart, 'values.yaml'), 'utf8')).split('\n');
  const parents: string[] = [];
  const documented = lines
    .filter(line => !/^ *#/.test(line))
    .flatMap(line => {
      const [, indent, name] = /^((?: {2})*)(\w+):/.exec(line) ?? [];
      if (indent === undefined || name === undefined) return [line];
      parents.length = indent.length / 2;
      parents.push(name);
      const description = fieldAt(schema, parents)?.description;
      return description === undefined ? [line] : [...commentLines(description, indent), line];
    });
  return `${header}\n\n${documented.join('\n').trimStart()}`;
}

async function readSchema(chart: string): Promise<Field> {
  return fieldSchema.parse(JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8')));
}

function fieldAt(schema: Field, path: readonly string[]): Field | undefined {
  return path.reduce<Field | undefined>((field, name) => field?.properties?.[name], schema);
}

/** A comment of lines with at most 110 characters. */
function commentLines(text: string, indent: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < 110) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`${indent}# ${word}`);
  }
  return lines;
}

function valuesOf(value: unknown, field: Field, path: string): Value[] {
  if (field.properties !== undefined && typeof value === 'object' && value !== null && !isEmpty(value)) {
    return Object.entries(value).flatMap(([name, inner]) => {
      const innerField = field.properties?.[name];
      const innerPath = path === '' ? name : `${path}.${name}`;
      if (innerField === undefined) throw new Error(`values.schema.json has no ${innerPath}`);
      return valuesOf(inner, innerField, innerPath);
    });
  }
  return [{ path, defaultJson: JSON.stringify(value), description: field.description ?? '' }];
}

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}
