import { equal } from 'node:assert/strict';
import fc from 'fast-check';
import { canonicalJson } from '../src/canonical-json.ts';

describe('canonical JSON', () => {
  it('sorts keys at every depth, keeps the order of lists and leaves out what is undefined', () => {
    equal(
      canonicalJson({ b: [{ d: 1, c: null }, 2], a: undefined, A: 'x' }),
      '{"A":"x","b":[{"c":null,"d":1},2]}',
    );
  });

  it('is the same whatever the order of keys, and means the same', () => {
    const objects = fc.dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true });
    fc.assert(
      fc.property(objects, value => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        equal(canonicalJson(reversed), canonicalJson(value));
        equal(canonicalJson(JSON.parse(canonicalJson(value))), canonicalJson(value));
      }),
    );
  });
});
