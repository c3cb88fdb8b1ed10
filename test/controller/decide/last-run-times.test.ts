import assert from 'node:assert/strict';
import { lastRunTimes } from '../../../src/controller/decide/last-run-times.ts';

const complete = (completionTime: string) => ({ phase: 'Complete', completionTime }) as const;
const failed = (completionTime: string) => ({ phase: 'Failed', completionTime }) as const;
const [first, second, third, fourth] = [1, 2, 3, 4].map(day => `2026-11-0${day}T12:00:00Z`) as [
  string,
  string,
  string,
  string,
];

describe('the times of the last successful and the last failed run', () => {
  for (const [what, before, runs, expected] of [
    ['empty before any run has ended', {}, [{ phase: 'Running' }, {}], {}],
    [
      'the latest of each outcome',
      {},
      [complete(second), failed(third), complete(first)],
      { lastSuccessfulTime: second, lastFailedTime: third },
    ],
    [
      'the stored times of runs that were deleted',
      { lastSuccessfulTime: fourth },
      [failed(third), complete(first)],
      { lastSuccessfulTime: fourth, lastFailedTime: third },
    ],
    [
      'a newer time beside a stored one',
      { lastSuccessfulTime: first, lastFailedTime: third },
      [complete(fourth)],
      { lastSuccessfulTime: fourth, lastFailedTime: third },
    ],
  ] as const) {
    it(`are ${what}`, () => assert.deepEqual(lastRunTimes(before, runs), expected));
  }
});
