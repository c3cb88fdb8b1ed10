/** What the chart says about its values: once in values.yaml, once in the schema, and the same in its README. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readValues, withValuesTable } from '../../scripts/generated/values-table.ts';
import { chart } from './render.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

const readSchema = async (): Promise<Schema> =>
  JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8'));

function* fieldsOf(schema: Schema, path = ''): Generator<[path: string, schema: Schema]> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const where = path === '' ? name : `${path}.${name}`;
    yield [where, field];
    yield* fieldsOf(field, where);
  }
}

describe('values of the chart', () => {
  it('are described, every one', async () => {
    for (const { path, description } of await readValues(chart)) assert.notEqual(description, '', path);
    for (const [path, { description }] of fieldsOf(await readSchema())) assert.ok(description, path);
  });

  it('are closed: a name that is written wrong is refused', async () => {
    const schema = await readSchema();
    assert.equal(schema.additionalProperties, false);
    for (const [path, { properties, additionalProperties }] of fieldsOf(schema)) {
      if (properties !== undefined) assert.equal(additionalProperties, false, path);
    }
  });

  it('have a default in values.yaml, but for what belongs to Kubernetes or to a parent chart', async () => {
    const present = (await readValues(chart)).map(({ path }) => path);
    const optional = /^(global|resources\.claims|(liveness|readiness)Probe\.\w+)$/;
    for (const [path, { properties }] of fieldsOf(await readSchema())) {
      if (properties === undefined && !optional.test(path)) assert.ok(present.includes(path), path);
    }
  });

  it('stand in the README as they are', async () => {
    assert.equal(await readFile(join(chart, 'README.md'), 'utf8'), await withValuesTable(chart));
  });
});
