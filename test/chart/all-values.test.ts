/** Every value of the chart, alone, absent and with every other. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { assertConsistent } from './consistency.ts';
import { chart, hasHelm, renderAsync } from './render.ts';
import { nested, pairwiseSelections, sampleValues } from './sample-values.ts';

interface Field {
  readonly type: string | readonly string[];
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

const schema: Field = JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8'));

/** Paths of the values that have no values of their own, and of the probes, which are replaced as a whole. */
function leaves(): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, { properties }]) =>
    properties === undefined || name.endsWith('Probe')
      ? [name]
      : Object.keys(properties).map(inner => `${name}.${inner}`),
  );
}

/** Runs the checks on all processors. @throws AggregateError for all that failed. */
async function checkAll<T>(inputs: readonly T[], check: (input: T) => Promise<void>): Promise<void> {
  const remaining = [...inputs];
  const errors: unknown[] = [];
  const work = async () => {
    for (let input = remaining.shift(); input !== undefined; input = remaining.shift()) {
      await check(input).catch((error: Error) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
}

/** Renders the sample values of these paths and checks the objects. */
async function check(paths: readonly string[]): Promise<void> {
  const values = paths.map(path => [path, sampleValues[path]] as const);
  const name = paths.includes('nameOverride') ? String(sampleValues.nameOverride) : 'bellwether';
  try {
    const rendered = await renderAsync(nested([['crds.enabled', paths.includes('crds.keep')], ...values]));
    assertConsistent(rendered, name, 'r');
  } catch (error) {
    throw new Error(`${paths.join(', ')}: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
}

describe('all values of the chart', function () {
  this.timeout(120_000);
  before(function () {
    if (!hasHelm) this.skip();
  });

  it('have a sample', () => {
    assert.deepEqual(Object.keys(sampleValues).sort(), leaves().sort());
  });

  it('each alone result in consistent objects', () => checkAll(leaves(), path => check([path])));

  it('each with each other result in consistent objects', () =>
    checkAll(pairwiseSelections(leaves()), selection => check(selection)));

  it('that are optional can be null, all at once', async () => {
    const isRequired = (path: string) => {
      const [name = '', inner] = path.split('.');
      const field = inner === undefined ? schema : schema.properties?.[name];
      return field?.required?.includes(inner ?? name);
    };
    const withoutDefault = ['enabled', 'global', 'resources.claims'];
    const optional = leaves().filter(path => !isRequired(path) && !withoutDefault.includes(path));
    const nulls = optional.map(path => [path, null] as const);
    const creating = Object.keys(sampleValues).filter(
      path => sampleValues[path] === true && isRequired(path),
    );
    assertConsistent(
      await renderAsync(nested([...nulls, ...creating.map(path => [path, true] as const)])),
      'bellwether',
      'r',
    );
  });

  it('that are required are refused when they are null', () => {
    const required = (schema.required ?? []).flatMap(name => [
      name,
      ...(schema.properties?.[name]?.required ?? []).map(inner => `${name}.${inner}`),
    ]);
    return checkAll(required, async path => {
      const name = path.split('.').at(-1);
      await assert.rejects(
        renderAsync(nested([[path, null]])),
        new RegExp(`missing propert.*'${name}'`),
        path,
      );
    });
  });
});
