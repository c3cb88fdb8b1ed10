import assert from 'node:assert/strict';
import { blockedBy } from '../../../src/controller/decide/admission.ts';
import type { RunResource } from '../../../src/controller/observation.ts';
import { aJob, aRun, aSpec, at } from '../builders.ts';

const run = (name: string, seconds: number, fields: Partial<RunResource> = {}) =>
  aRun({ name, createdAt: at(seconds), ...fields });
const complete: RunResource['status'] = {
  conditions: [
    {
      type: 'Complete',
      status: 'True',
      reason: 'StagesSucceeded',
      message: '',
      observedGeneration: 1,
      lastTransitionTime: '2026-11-23T12:00:00Z',
    },
  ],
};

describe('admission', () => {
  const older = run('older', 0);
  const younger = run('younger', 10);
  const table: [string, RunResource[], RunResource[], Record<string, string | null>][] = [
    ['a single run is not blocked', [older], [], { older: null }],
    ['the oldest run is first', [younger, older], [], { older: null, younger: 'older' }],
    ['runs of the same age are ordered by name', [run('b', 0), run('a', 0)], [], { a: null, b: 'a' }],
    [
      'a run with an active Job keeps its place',
      [older, younger],
      [younger],
      { older: 'younger', younger: null },
    ],
    [
      'a run between two stages keeps its place',
      [older, run('younger', 10, { status: { phase: 'Running' } })],
      [],
      { older: 'younger', younger: null },
    ],
    [
      'a finished run blocks no other',
      [run('older', 0, { status: complete }), younger],
      [],
      { older: null, younger: null },
    ],
    [
      'a suspended run blocks no other',
      [run('older', 0, { spec: aSpec({ suspend: true }) }), younger],
      [],
      { older: null, younger: null },
    ],
    [
      'a run that is being deleted blocks no other',
      [run('older', 0, { deleting: true }), younger],
      [],
      { older: null, younger: null },
    ],
    [
      'a run with an invalid spec blocks no other',
      [run('older', 0, { spec: null }), younger],
      [],
      { older: null, younger: null },
    ],
  ];
  for (const [title, runs, working, expected] of table) {
    it(title, () => {
      const jobs = working.map(owner => aJob(owner, 'Fetch'));
      assert.deepEqual(Object.fromEntries(blockedBy(runs, jobs)), expected);
    });
  }

  for (const [title, fields] of [
    ['suspended', { suspended: true }],
    ['finished', { finished: { type: 'Complete', reason: '', message: '', at: 0 } }],
    ['being deleted', { deleting: true }],
  ] as const) {
    it(`does not count a Job that is ${title}`, () => {
      assert.equal(blockedBy([older, younger], [aJob(younger, 'Fetch', fields)]).get('younger'), 'older');
    });
  }
});
