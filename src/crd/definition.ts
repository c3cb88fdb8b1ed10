/** From the schemas of a kind to its CustomResourceDefinition. */
import type { z } from 'zod';
import { apiVersion, group } from '../api/group.ts';
import { structural } from './structural.ts';
import type { StructuralSchema } from './structural-schema.ts';

/** A column of `kubectl get`. */
export interface Column<Path extends string = string> {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'date';
  readonly description: string;
  readonly jsonPath: Path;
  /** 1: shown by `-o wide` only. */
  readonly priority?: 1;
}

/** A kind apart from the fields of its schemas. */
export interface Kind<Path extends string = string, InColumn extends string = string> {
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly description: string;
  /** apiVersion, kind, metadata and spec. */
  readonly object: z.ZodType;
  readonly status: z.ZodType;
  /** In the order of the table; Age is added as the last. */
  readonly columns: readonly Column<InColumn>[];
  /** Fields for `kubectl get --field-selector`; the API server accepts at most eight. */
  readonly selectableFields: readonly Path[];
  /** The fields of the scale subresource. */
  readonly scale?: {
    readonly specReplicasPath: Path;
    readonly statusReplicasPath: Path;
    readonly labelSelectorPath: Path;
  };
}

/** A CustomResourceDefinition, as JSON. */
export interface CustomResourceDefinition {
  readonly apiVersion: 'apiextensions.k8s.io/v1';
  readonly kind: 'CustomResourceDefinition';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly group: string;
    readonly names: Readonly<Record<string, string | readonly string[]>>;
    readonly scope: 'Namespaced';
    readonly versions: readonly {
      readonly name: string;
      readonly served: true;
      readonly storage: true;
      readonly schema: { readonly openAPIV3Schema: StructuralSchema };
      readonly subresources: { readonly status: object; readonly scale?: Kind['scale'] };
      readonly additionalPrinterColumns: readonly Column[];
      readonly selectableFields: readonly { readonly jsonPath: string }[];
    }[];
  };
}

const age: Column = {
  name: 'Age',
  type: 'date',
  description: 'Time since it was created.',
  jsonPath: '.metadata.creationTimestamp',
};

/** Not in the category `all`: `kubectl delete all --all` must not delete models and their audit trail. */
const categories = ['bellwether'];

/** The definition of a kind, with one version that is served and stored. */
export function definitionOf(kind: Kind): CustomResourceDefinition {
  const singular = kind.kind.toLowerCase();
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${kind.plural}.${group}` },
    spec: {
      group,
      names: {
        kind: kind.kind,
        listKind: `${kind.kind}List`,
        plural: kind.plural,
        singular,
        shortNames: kind.shortNames,
        categories,
      },
      scope: 'Namespaced',
      versions: [
        {
          name: apiVersion.slice(group.length + 1),
          served: true,
          storage: true,
          schema: { openAPIV3Schema: objectSchema(kind) },
          subresources: { status: {}, ...(kind.scale && { scale: kind.scale }) },
          additionalPrinterColumns: [...kind.columns, age],
          selectableFields: kind.selectableFields.map(jsonPath => ({ jsonPath })),
        },
      ],
    },
  };
}

/** The whole object's schema: what zod says of it, with the status, which only the operator writes. */
function objectSchema({ object, status, description }: Kind): StructuralSchema {
  const { properties = {}, ...root } = structural(object);
  const { name = {} } = properties.metadata?.properties ?? {};
  return {
    description,
    ...root,
    required: ['spec'],
    properties: {
      ...properties,
      // Of metadata a schema may say the name's limits alone, not even that there is one.
      metadata: { type: 'object', properties: { name } },
      apiVersion: { type: 'string', description: `Version of the schema: ${apiVersion}.` },
      kind: { type: 'string', description: 'The kind of object.' },
      status: structural(status),
    },
  };
}
