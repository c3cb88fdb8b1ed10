import assert from 'node:assert/strict';
import {
  handedOver,
  type ManagedFieldsEntry,
  needsHandOver,
  union,
} from '../../src/kubernetes/managed-fields.ts';

const leaf = {};
const item = 'k:{"name":"a"}';

describe('managed fields', () => {
  for (const [what, left, right, expected] of [
    ['of different fields', { 'f:a': leaf }, { 'f:b': leaf }, { 'f:a': leaf, 'f:b': leaf }],
    [
      'of a map and a field of it',
      { 'f:a': leaf },
      { 'f:a': { 'f:b': leaf } },
      { 'f:a': { '.': leaf, 'f:b': leaf } },
    ],
    ['of equal sets', { 'f:a': leaf }, { 'f:a': leaf }, { 'f:a': leaf }],
    [
      'of fields of one item',
      { 'f:l': { [item]: { '.': leaf, 'f:x': leaf } } },
      { 'f:l': { [item]: { 'f:y': leaf } } },
      { 'f:l': { [item]: { '.': leaf, 'f:x': leaf, 'f:y': leaf } } },
    ],
  ] as const) {
    it(`unites sets ${what}`, () => assert.deepEqual(union(left, right), expected));
  }

  const update: ManagedFieldsEntry = { manager: 'm', operation: 'Update', fieldsV1: { 'f:a': leaf } };
  const applied: ManagedFieldsEntry = { manager: 'm', operation: 'Apply', fieldsV1: { 'f:b': leaf } };
  const other: ManagedFieldsEntry = { manager: 'o', operation: 'Update', fieldsV1: { 'f:c': leaf } };
  const status: ManagedFieldsEntry = { ...update, subresource: 'status' };

  it('of an update are handed over to apply, and only those', () => {
    for (const entries of [
      [update, applied, other, status],
      [status, other, update, applied],
    ]) {
      assert.ok(needsHandOver(entries, 'm'));
      const after = handedOver(entries, 'm');
      assert.deepEqual(after[0], {
        manager: 'm',
        operation: 'Apply',
        fieldsV1: { 'f:a': leaf, 'f:b': leaf },
      });
      assert.deepEqual(new Set(after.slice(1)), new Set([other, status]));
      assert.ok(!needsHandOver(after, 'm'));
    }
    assert.deepEqual(handedOver([update], 'm'), [{ ...update, operation: 'Apply' }]);
    assert.deepEqual(handedOver([other], 'm'), [other]);
  });
});
