/** Builds the CustomResourceDefinition of a kind from its schemas. */
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
  /** 1: only shown with `-o wide`. */
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
  description: 'Time since the creation of the object.',
  jsonPath: '.metadata.creationTimestamp',
};

/** Without `all`, so that `kubectl delete all --all` does not delete Models and their history. */
const categories = ['bellwether'];

/** The definition has one version, which is served and stored. */
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

/** The schema of the whole object, including the status. */
function objectSchema({ object, status, description }: Kind): StructuralSchema {
  const { properties = {}, ...root } = structural(object);
  const { name = {} } = properties.metadata?.properties ?? {};
  return {
    description,
    ...root,
    required: ['spec'],
    properties: {
      ...properties,
      // The only validation of metadata that a structural schema may contain is that of the name.
      metadata: { type: 'object', properties: { name } },
      apiVersion: { type: 'string', description: `API version of the object: ${apiVersion}.` },
      kind: { type: 'string', description: 'Kind of the object.' },
      status: structural(status),
    },
  };
}
