/** values.yaml, values.schema.json and the README describe the same values. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readValues, withValuesComments, withValuesTable } from '../../scripts/generated/values-docs.ts';
import { chart } from './render.ts';

interface Schema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
}

const readSchema = async (): Promise<Schema> =>
  JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8'));

function* fieldsOf(schema: Schema, parent = ''): Generator<[path: string, schema: Schema]> {
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const path = parent === '' ? name : `${parent}.${name}`;
    yield [path, field];
    yield* fieldsOf(field, path);
  }
}

describe('values of the chart', () => {
  it('all have a type and a description', async () => {
    for (const { path, description } of await readValues(chart)) assert.notEqual(description, '', path);
    for (const [path, { type, description }] of fieldsOf(await readSchema())) {
      assert.ok(type && description, path);
    }
  });

  it('are closed: the schema refuses misspelled names', async () => {
    const schema = await readSchema();
    assert.equal(schema.additionalProperties, false);
    for (const [path, { properties, additionalProperties }] of fieldsOf(schema)) {
      if (properties !== undefined) assert.equal(additionalProperties, false, path);
    }
  });

  it('have a default in values.yaml, except those of Kubernetes or of a parent chart', async () => {
    const present = (await readValues(chart)).map(({ path }) => path);
    const optional = /^(enabled|global|resources\.claims|(liveness|readiness|startup)Probe\.\w+)$/;
    for (const [path, { properties }] of fieldsOf(await readSchema())) {
      if (properties === undefined && !optional.test(path)) assert.ok(present.includes(path), path);
    }
  });

  it('have a current table in the README and current comments in values.yaml', async () => {
    assert.equal(await readFile(join(chart, 'README.md'), 'utf8'), await withValuesTable(chart));
    assert.equal(await readFile(join(chart, 'values.yaml'), 'utf8'), await withValuesComments(chart));
  });
});
