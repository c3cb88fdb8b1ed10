/** Converts zod schemas to structural schemas. They describe the input, so fields with a default are not required. */
import { z } from 'zod';
import { withDefaults } from './defaults.ts';
import type { StructuralSchema } from './structural-schema.ts';

type Node = Omit<StructuralSchema, 'additionalProperties'> & {
  additionalProperties?: StructuralSchema | boolean;
};

/** The structural schema as plain data, in the order of the fields. */
export function structural(schema: z.ZodType): StructuralSchema {
  const { $schema: _, ...node } = z.toJSONSchema(schema, {
    target: 'openapi-3.0',
    io: 'input',
    reused: 'inline',
    override: ({ jsonSchema }) => rewrite(jsonSchema as Node),
  }) as { $schema?: string } & StructuralSchema;
  return completeDefaults(JSON.parse(JSON.stringify(node)));
}

/** Removes or replaces what structural schemas do not allow. */
function rewrite(node: Node): void {
  // Not allowed together with `properties`. The API server prunes or rejects unknown fields anyway.
  if (node.additionalProperties === false) delete node.additionalProperties;
  if (node['x-kubernetes-preserve-unknown-fields']) delete node.additionalProperties;
  // The limit of JavaScript numbers is not a limit of the API.
  if (node.maximum === Number.MAX_SAFE_INTEGER) delete node.maximum;
  // The default, made explicit: server-side apply replaces the whole list.
  if (node.type === 'array') node['x-kubernetes-list-type'] ??= 'atomic';
  // The API server validates dates and times by their format.
  if (node.format === 'date' || node.format === 'date-time') delete node.pattern;
  // The only union; this field replaces it.
  if (node['x-kubernetes-int-or-string']) delete node.anyOf;
}

/** Writes out defaults inside of defaults, since the API server validates each default as written. */
function completeDefaults(node: StructuralSchema): StructuralSchema {
  for (const inner of Object.values(node.properties ?? {})) completeDefaults(inner);
  if (node.items) completeDefaults(node.items);
  if (node.default !== undefined) node.default = withDefaults(node, node.default);
  return node;
}
