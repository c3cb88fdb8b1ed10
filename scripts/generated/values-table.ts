/** The table of values in the chart's README, from the defaults and the schema's descriptions. */
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

/** One value by its path, such as `image.tag`. */
export interface Value {
  readonly path: string;
  /** As JSON. */
  readonly preset: string;
  readonly description: string;
}

/** Every value that has a default, in the order of values.yaml. @throws Error for one that the schema does not know. */
export async function readValues(chart: string): Promise<Value[]> {
  const defaults = load(await readFile(join(chart, 'values.yaml'), 'utf8'));
  const schema = fieldSchema.parse(JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8')));
  return valuesOf(defaults, schema, '');
}

/** The chart's README with the table as it should be. */
export async function withValuesTable(chart: string): Promise<string> {
  const readme = await readFile(join(chart, 'README.md'), 'utf8');
  const rows = (await readValues(chart)).map(
    ({ path, preset, description }) => `| \`${path}\` | \`${preset}\` | ${description} |`,
  );
  const table = ['| value | default | what |', '|---|---|---|', ...rows].join('\n');
  return readme.replace(
    /<!-- table -->[\s\S]*<!-- \/table -->/,
    () => `<!-- table -->\n\n${table}\n\n<!-- /table -->`,
  );
}

function valuesOf(value: unknown, field: Field, path: string): Value[] {
  if (field.properties !== undefined && typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, inner]) => {
      const known = field.properties?.[name];
      const where = path === '' ? name : `${path}.${name}`;
      if (known === undefined) throw new Error(`values.schema.json does not know ${where}`);
      return valuesOf(inner, known, where);
    });
  }
  return [{ path, preset: JSON.stringify(value), description: field.description ?? '' }];
}
