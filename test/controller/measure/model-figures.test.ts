import assert from 'node:assert/strict';
import type { HistoryEntry } from '../../../src/api/model.ts';
import type { TrainingRunStatus } from '../../../src/api/training-run.ts';
import { modelFigures } from '../../../src/controller/measure/model-figures.ts';
import { aModel, aRun, at } from '../../controller/builders.ts';
import { aLive } from '../decide/scoring/builders.ts';

const iso = (seconds: number) => new Date(at(seconds)).toISOString();
const epoch = (seconds: number) => at(seconds) / 1000;
const run = (name: string, status: TrainingRunStatus = {}, createdAt = at(0)) =>
  aRun({ name, createdAt, status });
const ended = (name: string, phase: 'Complete' | 'Failed', seconds: number) =>
  run(name, { phase, completionTime: iso(seconds) });

describe('the figures of a Model', () => {
  it('of a Model without a status are null or zero', () => {
    assert.deepEqual(modelFigures(aModel(), []), {
      owner: { namespace: 'default', model: 'aapl' },
      ready: false,
      stalled: null,
      desiredReplicas: 1,
      readyReplicas: 0,
      runs: { Pending: 0, Running: 0, Suspended: 0, Complete: 0, Failed: 0 },
      lastRunFailed: null,
      lastSuccessfulRun: null,
      nextRun: null,
      lastProgress: null,
      champion: null,
      live: null,
      scoreFailures: null,
    });
  });

  it('count its runs by phase; a run without a status is Pending', () => {
    const runs = [
      run('a'),
      run('b', { phase: 'Pending' }),
      run('c', { phase: 'Running' }),
      ended('d', 'Failed', 1),
    ];
    assert.deepEqual(modelFigures(aModel(), runs).runs, {
      Pending: 2,
      Running: 1,
      Suspended: 0,
      Complete: 0,
      Failed: 1,
    });
  });

  for (const [what, status, failed, success] of [
    ['the last run failed', { lastSuccessfulTime: iso(2), lastFailedTime: iso(3) }, true, 2],
    ['the last run succeeded', { lastSuccessfulTime: iso(2), lastFailedTime: iso(1) }, false, 2],
    ['all runs succeeded', { lastSuccessfulTime: iso(2) }, false, 2],
    ['all runs failed', { lastFailedTime: iso(1) }, true, null],
    ['no run has finished', {}, null, null],
  ] as const) {
    it(`report when ${what}, after the runs were deleted`, () => {
      const { lastRunFailed, lastSuccessfulRun } = modelFigures(aModel({ status }), []);
      assert.deepEqual(
        [lastRunFailed, lastSuccessfulRun],
        [failed, success === null ? null : epoch(success)],
      );
    });
  }

  for (const [status, reason, expected] of [
    ['False', 'RolloutFailed', 'RolloutFailed'],
    ['False', 'Forbidden', 'Forbidden'],
    ['False', 'Complete', null],
    ['False', 'NoChampion', null],
    ['False', 'ScaledToZero', null],
    ['True', 'Updating', null],
    ['Unknown', 'Pending', null],
  ] as const) {
    it(`${expected === null ? 'are not stalled' : 'are stalled'} when Progressing is ${status} with reason ${reason}`, () => {
      const rest = { message: '', observedGeneration: 1, lastTransitionTime: iso(1) };
      const conditions = [{ type: 'Progressing', status, reason, ...rest }];
      assert.equal(modelFigures(aModel({ status: { conditions } }), []).stalled, expected);
    });
  }

  it('count consecutive failures of scoring', () => {
    assert.equal(modelFigures(aModel({ status: { scoring: { failures: 2 } } }), []).scoreFailures, 2);
  });

  const stage = (startTime: number, completionTime?: number): TrainingRunStatus => ({
    phase: 'Running',
    stages: [
      {
        name: 'Fetch',
        state: 'Running',
        startTime: iso(startTime),
        ...(completionTime !== undefined && { completionTime: iso(completionTime) }),
      },
    ],
  });
  const resumed = (seconds: number): TrainingRunStatus => ({
    phase: 'Pending',
    conditions: [
      {
        type: 'Suspended',
        status: 'False',
        reason: 'NotSuspended',
        message: '',
        observedGeneration: 1,
        lastTransitionTime: iso(seconds),
      },
    ],
  });
  for (const [what, runs, expected] of [
    ['no run is running or pending', [ended('a', 'Complete', 5)], null],
    ['all unfinished runs are suspended', [run('a', { phase: 'Suspended' })], null],
    ['a run was just applied', [run('a', {}, at(7))], 7],
    ['a stage started', [run('a', stage(9))], 9],
    ['a stage ended', [run('a', stage(9, 11))], 11],
    ['a run waits for another one', [run('a', {}, at(1)), run('b', stage(20))], 20],
    ['others wait for it', [run('a', stage(9)), run('b', {}, at(20)), run('c', {}, at(30))], 9],
    [
      'the run before it has finished',
      [run('a', {}, at(1)), run('b', { ...stage(20, 30), phase: 'Complete' })],
      30,
    ],
    ['it was resumed', [run('a', resumed(40))], 40],
  ] as const) {
    it(`have the time of the last progress when ${what}`, () => {
      assert.equal(modelFigures(aModel(), runs).lastProgress, expected === null ? null : epoch(expected));
    });
  }

  it('have the next time of the schedule', () => {
    const model = aModel({ status: { nextScheduleTime: iso(60) } });
    assert.equal(modelFigures(model, []).nextRun, epoch(60));
  });

  it('have the figures of the champion; null where a figure is not a number', () => {
    const metrics = {
      symbol: 'AAPL',
      barsTo: '2018-05-11',
      rmse: '0.0142',
      meanRmse: '0.0143',
      rmseRatio: '0.993',
      walkForwardRmseRatio: '1.0001',
      accuracy: '0.9',
      persistenceAccuracy: '0.84',
      knownPartAccuracy: 'none',
      walkForwardAccuracy: '0.91',
    };
    const champion = { run: 'a', version: '0123456789ab', promotedAt: iso(3), metrics };
    assert.deepEqual(modelFigures(aModel({ status: { champion } }), []).champion, {
      version: '0123456789ab',
      symbol: 'AAPL',
      promotedAt: epoch(3),
      barsTo: Date.UTC(2018, 4, 11) / 1000,
      quality: [
        {
          set: 'holdout',
          rmse: 0.0142,
          meanRmse: 0.0143,
          rmseRatio: 0.993,
          accuracy: 0.9,
          persistenceAccuracy: 0.84,
          knownPartAccuracy: null,
        },
        {
          set: 'walk_forward',
          rmse: null,
          meanRmse: null,
          rmseRatio: 1.0001,
          accuracy: 0.91,
          persistenceAccuracy: null,
          knownPartAccuracy: null,
        },
      ],
      damage: null,
    });
  });

  it('have the damage of the champion that the last run found which was compared with it', () => {
    const version = '0123456789ab';
    const champion = { run: 'a', version, promotedAt: iso(3) };
    const entry = (championVersion: string, championProblem?: string): HistoryEntry => ({
      run: 'b',
      outcome: 'Inconclusive',
      reason: '',
      message: '',
      time: iso(4),
      metrics: {
        championVersion,
        championComparable: String(championProblem === undefined),
        ...(championProblem !== undefined && { championProblem }),
      },
    });
    const damageOf = (...history: HistoryEntry[]) =>
      modelFigures(aModel({ status: { champion, history } }), []).champion?.damage;
    assert.deepEqual(
      [
        damageOf(),
        damageOf(entry(version, 'Altered')),
        damageOf(entry(version, 'Missing'), entry(version)),
        damageOf(entry(version), entry(version, 'Altered')),
        damageOf(entry('other', 'Altered')),
        damageOf(entry('other'), entry(version, 'Altered')),
        damageOf(entry(version, 'TooFewDays')),
      ],
      [null, 'Altered', 'Missing', null, null, 'Altered', null],
    );
  });

  it('have live figures by window, with intervals where they exist', () => {
    const short = { days: '5', rmse: '0.01', lossDifference: '-1e-7' };
    const interval = { lossDifference: '2e-7', lossLower: '-1e-7', lossUpper: '5e-7' };
    const long = { days: '60', ...interval, returnVerdict: 'Worse', riskVerdict: 'NotDistinguishable' };
    const live = aLive(1, {
      lastDay: '2026-11-20',
      windows: [
        { window: 20, figures: short },
        { window: 60, figures: long },
      ],
    });
    const figures = modelFigures(aModel({ status: { live } }), []).live;
    assert.equal(figures?.lastDay, Date.UTC(2026, 10, 20) / 1000);
    assert.deepEqual(
      figures?.windows.map(({ window, days, rmse, lossDifference }) => [window, days, rmse, lossDifference]),
      [
        [20, 5, 0.01, { estimate: -1e-7, lower: null, upper: null }],
        [60, 60, null, { estimate: 2e-7, lower: -1e-7, upper: 5e-7 }],
      ],
    );
    assert.deepEqual(
      figures?.windows.map(({ returnVerdict, riskVerdict }) => [returnVerdict, riskVerdict]),
      [
        [null, null],
        [-1, 0],
      ],
    );
  });
});
