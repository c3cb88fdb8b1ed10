import assert from 'node:assert/strict';
import fc from 'fast-check';
import { backoffDelay } from '../../src/kubernetes/backoff.ts';

describe('backoff', () => {
  it('lies between half of the doubled delay and all of it, and below the cap', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), random, (failures, chance) => {
        const longest = Math.min(5000, 100 * 2 ** (failures - 1));
        const delay = backoffDelay({ base: 100, cap: 5000 }, failures, () => chance);
        assert.ok(delay >= longest / 2 && delay <= longest);
      }),
    );
  });
});
