/** Arbitrary specs near the bounds of a schema: a few fields are at, just inside or just outside a limit. */
import fc from 'fast-check';
import type { StructuralSchema } from '../../src/crd/structural-schema.ts';

/** Strings that match patterns, and some that do not. */
const strings = ['AAPL', '^GSPC', 'aapl', 'a-b', '500m', '1.5', '1Gi', 'x y', '-', ''];

const numbersAround = ({ minimum = 0, maximum = 1000, type }: StructuralSchema) => {
  const step = type === 'integer' ? 1 : 0.01;
  return [minimum - step, minimum, minimum + step, maximum - step, maximum, maximum + step];
};

const datesAround = ['2019-12-31', '2020-02-29', '2021-02-29', '2021-1-1', '20210101', 'yesterday'];

/** Valid and invalid values of a leaf; not null, which the API server treats as absent. */
function candidates(node: StructuralSchema): unknown[] {
  if (node['x-kubernetes-int-or-string']) return [1, -1, 1.5, true, ...strings, '9'.repeat(33)];
  if (node.enum) return [...node.enum, 'Other', 1];
  switch (node.type) {
    case 'boolean':
      return [true, false, 'true', 0];
    case 'integer':
      return [...numbersAround(node), 2.5, '3', true];
    case 'number':
      return [...numbersAround(node), 0.5, '0.5', true];
    case 'string': {
      if (node.format === 'date') return datesAround;
      const { maxLength = 100 } = node;
      return [...strings, 'A'.repeat(maxLength), 'A'.repeat(maxLength + 1), 7];
    }
    default:
      return [{}, [], 'text'];
  }
}

const keyOf = (keys: readonly string[]) => (entry: unknown) =>
  JSON.stringify(keys.map(key => Object(entry)[key]));

function around(node: StructuralSchema): fc.Arbitrary<unknown> {
  if (node.items) {
    const { items, minItems = 0, maxItems = 8, 'x-kubernetes-list-map-keys': keys } = node;
    const lengths = { minLength: Math.max(1, minItems), maxLength: 2 };
    // The API server refuses two entries of one key; zod does not, where existing objects may have them.
    const [few, limits] =
      keys === undefined
        ? [fc.array(around(items), lengths), [0, maxItems, maxItems + 1]]
        : [fc.uniqueArray(around(items), { ...lengths, selector: keyOf(keys) }), [0, maxItems + 1]];
    return fc.oneof(
      few,
      fc
        .tuple(fc.constantFrom(...limits), around(items))
        .map(([length, value]) => Array.from({ length }, () => value)),
    );
  }
  if (node.properties) return specsAround(node);
  if (node.additionalProperties) {
    return fc.dictionary(fc.constantFrom('cpu', 'memory'), around(node.additionalProperties), {
      noNullPrototype: true,
    });
  }
  return fc.constantFrom(...candidates(node));
}

/**
 * Specs of a kind, about half of them valid: all required fields and up to two others at each level, and rarely an unknown
 * field.
 */
export function specsAround(node: StructuralSchema): fc.Arbitrary<Record<string, unknown>> {
  const fields = Object.entries(node.properties ?? {});
  const required = fields.filter(([name]) => node.required?.includes(name));
  const pair = ([name, field]: [string, StructuralSchema]) => around(field).map(value => [name, value]);
  return fc
    .tuple(
      fc.tuple(...required.map(pair)),
      fc.array(fc.oneof(...fields.map(pair)), { minLength: 0, maxLength: 2 }),
      fc.oneof(
        { weight: 30, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.constant([['unknown', 1]]) },
      ),
    )
    .map(pairs => Object.fromEntries(pairs.flat()) as Record<string, unknown>);
}
