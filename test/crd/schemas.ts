/** The definitions of both kinds, and a traversal of their schemas. */
import { definitionOf } from '../../src/crd/definition.ts';
import { modelKind } from '../../src/crd/model.ts';
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';
import { trainingRunKind } from '../../src/crd/training-run.ts';

export const definitions = [trainingRunKind, modelKind].map(kind => ({ kind, crd: definitionOf(kind) }));

/** The schema of the whole object. */
export function schemaOf(kind: string): StructuralSchema {
  const crd = definitions.find(definition => definition.kind.kind === kind)?.crd;
  const schema = crd?.spec.versions[0]?.schema.openAPIV3Schema;
  if (!schema) throw new Error(`no schema of ${kind}`);
  return schema;
}

/** The schema of the spec. */
export function specOf(kind: string): StructuralSchema {
  const { spec } = schemaOf(kind).properties ?? {};
  if (!spec) throw new Error(`${kind} has no spec`);
  return spec;
}

/** Every node with its path, such as `spec.stages[].name` or `spec.podTemplate.labels{}`. */
export function* nodesOf(node: StructuralSchema, path = ''): Generator<[string, StructuralSchema]> {
  yield [path, node];
  for (const [name, field] of Object.entries(node.properties ?? {}))
    yield* nodesOf(field, path === '' ? name : `${path}.${name}`);
  if (node.items) yield* nodesOf(node.items, `${path}[]`);
  if (node.additionalProperties) yield* nodesOf(node.additionalProperties, `${path}{}`);
}
