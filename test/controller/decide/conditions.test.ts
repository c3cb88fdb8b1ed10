import assert from 'node:assert/strict';
import { findCondition, isTrue, setCondition } from '../../../src/controller/decide/conditions.ts';
import { at, noon } from '../builders.ts';

const change = {
  type: 'Ready',
  status: 'True',
  reason: 'Up',
  message: 'A server is available.',
  observedGeneration: 1,
} as const;

describe('conditions', () => {
  it('keep the transition time while the status is the same', () => {
    const first = setCondition([], change, noon);
    const second = setCondition(first, { ...change, reason: 'Still', observedGeneration: 2 }, at(60));
    assert.deepEqual(second, [
      { ...change, reason: 'Still', observedGeneration: 2, lastTransitionTime: '2026-11-23T12:00:00Z' },
    ]);
  });

  it('get a new transition time when the status changes', () => {
    const list = setCondition(setCondition([], change, noon), { ...change, status: 'False' }, at(60));
    assert.equal(findCondition(list, 'Ready')?.lastTransitionTime, '2026-11-23T12:01:00Z');
    assert.equal(isTrue(list, 'Ready'), false);
  });

  it('keep their position and leave other conditions unchanged', () => {
    const other = { ...change, type: 'Other' };
    const list = setCondition(
      setCondition(setCondition([], change, noon), other, noon),
      { ...change, status: 'False' },
      at(1),
    );
    assert.deepEqual(
      list.map(({ type, status }) => [type, status]),
      [
        ['Ready', 'False'],
        ['Other', 'True'],
      ],
    );
  });

  it("have messages within the API's limit", () => {
    const [condition] = setCondition([], { ...change, message: 'x'.repeat(50_000) }, noon);
    assert.equal(condition?.message.length, 32_768);
  });
});
