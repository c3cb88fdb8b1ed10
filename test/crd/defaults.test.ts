import assert from 'node:assert/strict';
import fc from 'fast-check';
import { modelSpecSchema } from '../../src/api/model.ts';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { withDefaults } from '../../src/crd/defaults.ts';
import { nodesOf, specOf } from './schemas.ts';
import { specsAround } from './specs.ts';

const kinds = [
  { kind: 'TrainingRun', spec: trainingRunSpecSchema },
  { kind: 'Model', spec: modelSpecSchema },
];

describe('defaults', () => {
  for (const { kind, spec } of kinds) {
    it(`${kind}: an empty spec gets the same defaults as in zod`, () => {
      assert.deepEqual(withDefaults(specOf(kind), {}), spec.parse({}));
    });

    it(`${kind}: every valid spec gets the same defaults as in zod`, () => {
      fc.assert(
        fc.property(specsAround(specOf(kind)), value => {
          const { success, data } = spec.safeParse(value);
          fc.pre(success);
          assert.deepEqual(withDefaults(specOf(kind), value), data);
        }),
        { numRuns: 300 },
      );
    });

    it(`${kind}: contain the defaults of their own fields`, () => {
      for (const [path, node] of nodesOf(specOf(kind))) {
        if (node.default !== undefined) {
          assert.deepEqual(withDefaults(node, node.default), node.default, path);
        }
      }
    });
  }

  it('apply inside maps and lists, and keep existing values', () => {
    const schema = {
      properties: {
        list: { items: { properties: { a: { default: 1 } } } },
        map: { additionalProperties: { properties: { a: { default: 1 } } } },
        inner: { default: {}, properties: { a: { default: [1] } } },
      },
    };
    assert.deepEqual(withDefaults(schema, { list: [{ a: 2 }, {}], map: { x: {} } }), {
      list: [{ a: 2 }, { a: 1 }],
      map: { x: { a: 1 } },
      inner: { a: [1] },
    });
  });

  it('are not shared between values', () => {
    const schema = { properties: { list: { default: [1] } } };
    const [one, other] = [withDefaults(schema, {}), withDefaults(schema, {})] as { list: number[] }[];
    one?.list.push(2);
    assert.deepEqual(other, { list: [1] });
  });
});
