import assert from 'node:assert/strict';
import type { HistoryEntry, ModelStatus } from '../../../src/api/model.ts';
import type { StageStatus, TrainingRunStatus } from '../../../src/api/training-run.ts';
import { modelTransitions, runTransitions } from '../../../src/controller/measure/transitions.ts';

const time = (seconds: number) => `2026-11-23T12:00:${String(seconds).padStart(2, '0')}Z`;
const train = (fields: Partial<StageStatus>): TrainingRunStatus => ({
  phase: 'Running',
  stages: [{ name: 'Train', state: 'Running', startTime: time(0), ...fields }],
});
const failed = (reason: string) => [
  {
    type: 'Failed',
    status: 'True' as const,
    reason,
    message: '',
    observedGeneration: 1,
    lastTransitionTime: time(9),
  },
];
const retried = (reason: string, times = 1) => ({ kind: 'StageRetried', stage: 'Train', reason, times });
const ended = (outcome: string, seconds: number | null = 7) => ({
  kind: 'StageEnded',
  stage: 'Train',
  outcome,
  seconds,
});

describe('transitions of a run', () => {
  const cases: [name: string, before: TrainingRunStatus, after: TrainingRunStatus, expected: unknown[]][] = [
    ['none without a change', train({}), train({}), []],
    ['none when a stage starts', { stages: [{ name: 'Train', state: 'Pending' }] }, train({}), []],
    [
      'a stage succeeded, with its duration',
      train({}),
      train({ state: 'Succeeded', attempts: 1, completionTime: time(7) }),
      [ended('Succeeded')],
    ],
    [
      'a stage was reused',
      train({}),
      train({ state: 'Reused', attempts: 1, completionTime: time(7) }),
      [ended('Reused')],
    ],
    [
      'a stage without a start time succeeded',
      train({ startTime: undefined }),
      train({ state: 'Succeeded', startTime: undefined, completionTime: time(7) }),
      [ended('Succeeded', null)],
    ],
    ['an attempt failed', train({}), train({ attempts: 1, reason: 'OOMKilled' }), [retried('OOMKilled')]],
    [
      'a second attempt failed for another reason',
      train({ attempts: 1, reason: 'OOMKilled' }),
      train({ attempts: 2, reason: 'DiskFull' }),
      [retried('DiskFull')],
    ],
    [
      'the second attempt succeeded; the first was counted before',
      train({ attempts: 1, reason: 'OOMKilled' }),
      train({ state: 'Succeeded', attempts: 2, completionTime: time(7) }),
      [ended('Succeeded')],
    ],
    [
      'two attempts failed and the third succeeded between two statuses',
      train({}),
      train({ state: 'Succeeded', attempts: 3, completionTime: time(7) }),
      [retried('Unknown', 2), ended('Succeeded')],
    ],
    [
      'the last attempt failed, and with it the run',
      train({ attempts: 2, reason: 'OOMKilled' }),
      {
        ...train({ state: 'Failed', attempts: 3, completionTime: time(7) }),
        phase: 'Failed',
        conditions: failed('OOMKilled'),
      },
      [ended('Failed'), { kind: 'RunFinished', outcome: 'Failed', stage: 'Train', reason: 'OOMKilled' }],
    ],
    [
      'it failed before any stage started',
      {},
      { phase: 'Failed', stages: [{ name: 'Fetch', state: 'Skipped' }], conditions: failed('InvalidSpec') },
      [{ kind: 'RunFinished', outcome: 'Failed', stage: null, reason: 'InvalidSpec' }],
    ],
    [
      'it is Complete',
      train({ state: 'Succeeded' }),
      { ...train({ state: 'Succeeded' }), phase: 'Complete' },
      [{ kind: 'RunFinished', outcome: 'Complete' }],
    ],
    [
      'it was Complete before',
      { ...train({ state: 'Succeeded' }), phase: 'Complete' },
      { ...train({ state: 'Succeeded' }), phase: 'Complete', observedGeneration: 2 },
      [],
    ],
  ];
  for (const [what, before, after, expected] of cases) {
    it(what, () => assert.deepEqual(runTransitions(before, after), expected));
  }
});

describe('transitions of a Model', () => {
  const entry = (run: string, outcome: HistoryEntry['outcome'] = 'Rejected', at = 1): HistoryEntry => ({
    run,
    runUid: `uid-${run}`,
    outcome,
    reason: 'x',
    message: '',
    time: time(at),
  });
  const job = (name: string, state: 'Running' | 'Succeeded' | 'Failed') => ({
    scoring: { job: { name, state, time: time(1) } },
  });
  const judged = (outcome: string) => ({ kind: 'RunJudged', outcome });
  const full = Array.from({ length: 20 }, (_, i) => entry(`r${i}`));
  const cases: [name: string, before: ModelStatus, after: ModelStatus, expected: unknown[]][] = [
    ['nothing', { history: [entry('a')] }, { history: [entry('a')] }, []],
    ['a first run was judged', {}, { history: [entry('a', 'Promoted')] }, [judged('Promoted')]],
    [
      'two more runs were judged',
      { history: [entry('a')] },
      { history: [entry('c', 'Inconclusive', 2), entry('b', 'Promoted', 2), entry('a')] },
      [judged('Inconclusive'), judged('Promoted')],
    ],
    [
      'the same run was judged again after approval',
      { history: [entry('a', 'AwaitingApproval')] },
      { history: [entry('a', 'Promoted', 2), entry('a', 'AwaitingApproval')] },
      [judged('Promoted')],
    ],
    [
      'one more run, and the oldest entry was dropped',
      { history: full },
      { history: [entry('new', 'Pinned', 2), ...full.slice(0, 19)] },
      [judged('Pinned')],
    ],
    ['a Job scores', {}, job('a', 'Running'), []],
    [
      'a Score Job succeeded',
      job('a', 'Running'),
      job('a', 'Succeeded'),
      [{ kind: 'Scored', outcome: 'Succeeded' }],
    ],
    ['the same Job as before', job('a', 'Succeeded'), job('a', 'Succeeded'), []],
    [
      'another Job failed before its start was observed',
      job('a', 'Failed'),
      job('b', 'Failed'),
      [{ kind: 'Scored', outcome: 'Failed' }],
    ],
  ];
  for (const [what, before, after, expected] of cases) {
    it(what, () => assert.deepEqual(modelTransitions(before, after), expected));
  }
});
