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

describe('what a Model keeps of the runs that have ended', () => {
  for (const [what, before, runs, expected] of [
    ['nothing before any has', {}, [{ phase: 'Running' }, {}], {}],
    [
      'the last of each kind',
      {},
      [complete(second), failed(third), complete(first)],
      { lastSuccessfulTime: second, lastFailedTime: third },
    ],
    [
      'what it knew of runs that were deleted',
      { lastSuccessfulTime: fourth },
      [failed(third), complete(first)],
      { lastSuccessfulTime: fourth, lastFailedTime: third },
    ],
    [
      'news, beside what it knew',
      { lastSuccessfulTime: first, lastFailedTime: third },
      [complete(fourth)],
      { lastSuccessfulTime: fourth, lastFailedTime: third },
    ],
  ] as const) {
    it(`is ${what}`, () => assert.deepEqual(lastRunTimes(before, runs), expected));
  }
});
