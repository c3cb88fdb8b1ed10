/**
 * From a zod schema to a structural schema: the part of OpenAPI v3 that a CustomResourceDefinition may use. It says
 * what people write, not what they get back, so fields with a default are not required.
 */
import { z } from 'zod';
import { withDefaults } from './defaults.ts';
import type { StructuralSchema } from './structural-schema.ts';

type Node = Omit<StructuralSchema, 'additionalProperties'> & {
  additionalProperties?: StructuralSchema | boolean;
};

/** The schema as the API server takes it: plain data, in the order of the fields. */
export function structural(schema: z.ZodType): StructuralSchema {
  const { $schema: _, ...node } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    override: ({ jsonSchema }) => rewrite(jsonSchema as Node),
  }) as { $schema?: string } & StructuralSchema;
  return filledIn(JSON.parse(JSON.stringify(node)));
}

/** Takes out of a node what structural schemas refuse or say in another way. */
function rewrite(node: Node): void {
  // Beside `properties` it is refused; the API server drops or refuses unknown fields by itself.
  if (node.additionalProperties === false) delete node.additionalProperties;
  if (node['x-kubernetes-preserve-unknown-fields']) delete node.additionalProperties;
  // What a JavaScript number can hold is no limit that a person needs to read.
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  // The default, stated: server-side apply replaces such a list as a whole.
  if (node.type === 'array') node['x-kubernetes-list-type'] ??= 'atomic';
  // The API server checks dates and times by their format.
  if (node.format === 'date' || node.format === 'date-time') delete node.pattern;
  // The one union there is; these words say it whole.
  if (node['x-kubernetes-int-or-string']) delete node.anyOf;
}

/** The API server judges a default as it stands by the rules, so one that has defaults inside is written out. */
function filledIn(node: StructuralSchema): StructuralSchema {
  for (const inner of Object.values(node.properties ?? {})) filledIn(inner);
  if (node.items) filledIn(node.items);
  if (node.default !== undefined) node.default = withDefaults(node, node.default);
  return node;
}
