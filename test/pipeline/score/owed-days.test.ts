import assert from 'node:assert/strict';
import { owedDays } from '../../../src/pipeline/score/owed-days.ts';

describe('a day', () => {
  const tenures = [
    { version: 'v1', since: '2026-11-20T22:00:00Z' },
    { version: 'v2', since: '2026-11-25T00:00:00Z' },
    { version: 'v1', since: '2026-11-27T00:00:01Z' },
  ];
  for (const [day, owner, why] of [
    ['2026-11-02', 'v1', 'came before anybody served'],
    ['2026-11-20', 'v1', 'ended two hours after it began to serve'],
    ['2026-11-23', 'v1', 'is in the middle'],
    ['2026-11-24', 'v2', 'ended at the very moment of the change'],
    ['2026-11-26', 'v2', 'ended a second before the change'],
    ['2026-11-27', 'v1', 'ended after it was rolled back'],
  ] as const) {
    it(`that ${why} belongs to ${owner}`, () => {
      assert.deepEqual([...owedDays(tenures, [day])], [[owner, new Set([day])]]);
    });
  }
});
