import assert from 'node:assert/strict';
import fc from 'fast-check';
import { stableOrder } from '../../../src/models/forest/stable-order.ts';

describe('stableOrder', () => {
  it('sorts as the built-in stable sort does', () => {
    const value = fc.oneof(fc.constantFrom(0, -0, 1, 2), fc.double({ noNaN: true, noDefaultInfinity: true }));
    fc.assert(
      fc.property(fc.array(value, { maxLength: 100 }), values => {
        const expected = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
        assert.deepEqual([...stableOrder(Float64Array.from(values))], expected);
      }),
    );
  });
});
