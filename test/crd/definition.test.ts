import assert from 'node:assert/strict';
import { artifactFields } from '../../src/api/training-run.ts';
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';
import { definitions, schemaOf } from './schemas.ts';

/** The field at a path such as `.status.metrics.rmse`, through maps and lists. */
function fieldAt(schema: StructuralSchema, path: string): StructuralSchema | undefined {
  let at: StructuralSchema | undefined = schema;
  for (const name of path
    .replace(/\[\?.*?\]/g, '.[]')
    .split('.')
    .slice(1)) {
    at = name === '[]' ? at?.items : (at?.properties?.[name] ?? at?.additionalProperties);
  }
  return at;
}

describe('definitions', () => {
  for (const { kind, crd } of definitions) {
    const [version] = crd.spec.versions;
    assert.ok(version);

    it(`${kind.kind}: columns refer to existing fields of the right type`, () => {
      for (const { name, jsonPath, type } of version.additionalPrinterColumns) {
        if (jsonPath.startsWith('.metadata.')) continue;
        const field = fieldAt(schemaOf(kind.kind), jsonPath);
        assert.ok(field, `${name}: ${jsonPath}`);
        if (type !== 'date') assert.equal(field.type, type, name);
        else assert.equal(field.format, 'date-time', name);
      }
    });

    it(`${kind.kind}: the status is a subresource`, () => {
      assert.deepEqual(version.subresources.status, {});
    });

    it(`${kind.kind}: is not in the category all`, () => {
      assert.deepEqual(crd.spec.names.categories, ['bellwether']);
    });
  }

  it('the scale subresource of a Model refers to existing fields', () => {
    const scale = definitions[1]?.crd.spec.versions[0]?.subresources.scale;
    assert.ok(scale);
    for (const path of Object.values(scale)) assert.ok(fieldAt(schemaOf('Model'), path), path);
  });

  it('exactly the fields that determine the artifacts of a TrainingRun are immutable', () => {
    const fixed = (schemaOf('TrainingRun')['x-kubernetes-validations'] ?? [])
      .filter(({ rule }) => rule.includes('oldSelf'))
      .map(({ fieldPath }): string => fieldPath.replace('.spec.', ''));
    const free = Object.keys(schemaOf('TrainingRun').properties?.spec?.properties ?? {}).filter(
      name => !fixed.includes(name),
    );
    assert.deepEqual(fixed, [...artifactFields]);
    assert.deepEqual(free, [
      'stages',
      'podTemplate',
      'suspend',
      'activeDeadlineSeconds',
      'ttlSecondsAfterFinished',
    ]);
  });
});
