import assert from 'node:assert/strict';
import { z } from 'zod';
import { structural } from '../../src/crd/structural.ts';
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';
import { definitions, nodesOf, schemaOf } from './schemas.ts';

/** Keywords that are forbidden in structural schemas. */
const forbidden = [
  '$ref',
  '$schema',
  '$defs',
  'definitions',
  'oneOf',
  'anyOf',
  'allOf',
  'not',
  'const',
  'nullable',
  'deprecated',
  'discriminator',
  'id',
  'patternProperties',
  'propertyNames',
  'readOnly',
  'writeOnly',
  'uniqueItems',
  'xml',
];

const typed = (node: StructuralSchema) =>
  node['x-kubernetes-int-or-string'] ? node.type === undefined : node.type !== undefined;

function bounded(node: StructuralSchema): boolean {
  if (node.type === 'array') return node.maxItems !== undefined;
  if (node.additionalProperties) return node.maxProperties !== undefined;
  if (node.type !== 'string') return true;
  const formatted = node.format === 'date' || node.format === 'date-time';
  return formatted || node.enum !== undefined || node.maxLength !== undefined;
}

/** Paths of nodes for which the test does not hold. */
const failing = (kind: string, test: (node: StructuralSchema, path: string) => boolean) =>
  [...nodesOf(schemaOf(kind))].filter(([path, node]) => !test(node, path)).map(([path]) => path);

/** Fields of Kubernetes itself. */
const isStandard = (path: string) => /^(apiVersion|kind|metadata(\.name)?)$/.test(path);

describe('structural schemas', () => {
  for (const { kind } of definitions) {
    describe(kind.kind, () => {
      it('use no forbidden keyword', () => {
        assert.deepEqual(
          failing(kind.kind, node => !Object.keys(node).some(key => forbidden.includes(key))),
          [],
        );
      });

      it('give every node a type', () => {
        assert.deepEqual(failing(kind.kind, typed), []);
      });

      it('have either properties or additionalProperties', () => {
        const either = (node: StructuralSchema) => !(node.properties && node.additionalProperties);
        assert.deepEqual(failing(kind.kind, either), []);
      });

      it('have a bound on every string, list and map', () => {
        assert.deepEqual(
          failing(kind.kind, (node, path) => isStandard(path) || bounded(node)),
          [],
        );
      });

      it('describe every field', () => {
        const described = (node: StructuralSchema, path: string) =>
          isStandard(path) || /(\[\]|\{\})$/.test(path) || (node.description ?? '').length > 5;
        assert.deepEqual(failing(kind.kind, described), []);
      });

      it('require the spec, and in it only fields that cannot have a default', () => {
        const required = [...nodesOf(schemaOf(kind.kind))]
          .filter(([path]) => !path.startsWith('status'))
          .flatMap(([path, node]) => (node.required ?? []).map(name => `${path}.${name}`))
          .filter(path => !path.includes('odTemplate'));
        const expected = {
          TrainingRun: ['.spec', 'spec.data.volume.path', 'spec.stages[].name'],
          Model: [
            '.spec',
            'spec.serving.autoscaling.maxReplicas',
            'spec.serving.tls.secretName',
            'spec.serving.rateLimit.requestsPerSecond',
            'spec.serving.serviceMonitor.tlsConfig.ca.secret.name',
            'spec.serving.serviceMonitor.tlsConfig.ca.secret.key',
            'spec.serving.serviceMonitor.tlsConfig.ca.configMap.name',
            'spec.serving.serviceMonitor.tlsConfig.ca.configMap.key',
            'spec.promotion.runs.selector.matchExpressions[].key',
            'spec.promotion.runs.selector.matchExpressions[].operator',
            'spec.schedule.cron',
            'spec.runTemplate.spec.data.volume.path',
            'spec.runTemplate.spec.stages[].name',
            'spec.scoring.cron',
          ],
        }[kind.kind];
        assert.deepEqual(required, expected);
      });

      it('refer to existing fields in rules', () => {
        for (const [path, node] of nodesOf(schemaOf(kind.kind))) {
          for (const { fieldPath } of node['x-kubernetes-validations'] ?? []) {
            let at: StructuralSchema | undefined = node;
            for (const name of fieldPath.split('.').slice(1)) at = at?.properties?.[name];
            assert.ok(at, `${path}: ${fieldPath}`);
          }
        }
      });
    });
  }

  it('use formats for dates, and x-kubernetes-int-or-string for unions', () => {
    const node = structural(
      z.strictObject({
        day: z.iso.date(),
        size: z.union([z.int(), z.string()]).meta({ 'x-kubernetes-int-or-string': true }),
      }),
    );
    assert.deepEqual(node, {
      type: 'object',
      properties: { day: { type: 'string', format: 'date' }, size: { 'x-kubernetes-int-or-string': true } },
      required: ['day', 'size'],
    });
  });

  it('preserve unknown fields only in Kubernetes types', () => {
    const open = [...nodesOf(schemaOf('Model'))].filter(
      ([, node]) => node['x-kubernetes-preserve-unknown-fields'],
    );
    assert.deepEqual(
      open.map(([path]) => path),
      [
        'spec.serving.podTemplate.affinity',
        'spec.serving.podTemplate.topologySpreadConstraints[]',
        'spec.serving.networkPolicy.from[]',
        'spec.runTemplate.spec.podTemplate.affinity',
        'spec.runTemplate.spec.podTemplate.topologySpreadConstraints[]',
      ],
    );
  });
});
