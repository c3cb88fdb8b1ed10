import assert from 'node:assert/strict';
import fc from 'fast-check';
import { deepEqual } from '../../../src/controller/decide/deep-equal.ts';

describe('deepEqual', () => {
  const pairs: [one: unknown, other: unknown, equal: boolean][] = [
    [{ a: 1, b: [{ c: 'x' }] }, { b: [{ c: 'x' }], a: 1 }, true],
    [{ a: undefined, b: 1 }, { b: 1 }, true],
    [{ a: null }, {}, false],
    [{ a: 1 }, { a: '1' }, false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [[1], [1, 2], false],
    [{ a: 1, b: undefined }, { a: undefined, b: 1 }, false],
    [null, {}, false],
  ];
  for (const [one, other, equal] of pairs) {
    it(`${JSON.stringify(one)} and ${JSON.stringify(other)}: ${equal}`, () => {
      assert.equal(deepEqual(one, other), equal);
      assert.equal(deepEqual(other, one), equal);
    });
  }

  it('is true for every copy', () =>
    fc.assert(fc.property(fc.jsonValue(), value => deepEqual(value, structuredClone(value)))));
});
