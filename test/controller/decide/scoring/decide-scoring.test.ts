import assert from 'node:assert/strict';
import type { ModelStatus } from '../../../../src/api/model.ts';
import { decideScoring } from '../../../../src/controller/decide/scoring/decide-scoring.ts';
import type { ScoringInput } from '../../../../src/controller/decide/types.ts';
import { scoreJobName } from '../../../../src/controller/names.ts';
import type { ModelResource, Refusal } from '../../../../src/controller/observation.ts';
import type { RawObject } from '../../../../src/kubernetes/resource.ts';
import type { V1Job } from '../../../../src/kubernetes/types.ts';
import { aModel, at, noon } from '../../builders.ts';
import {
  aFailedScore,
  aLive,
  anEnd,
  aRunScore,
  aScore,
  aScoredModel,
  aScoreJob,
  aScoringInput,
  champion,
} from './builders.ts';

const yesterday = { lastScheduleTime: '2026-11-22T12:00:00Z' };
const name = scoreJobName('aapl', noon);
const running = {
  lastScheduleTime: '2026-11-23T12:00:00Z',
  job: { name, state: 'Running' as const, time: '2026-11-23T12:00:00Z' },
};

const made = (fields: Partial<ScoringInput>) =>
  decideScoring(aScoringInput(fields)).actions.map(action =>
    'object' in action ? `${action.kind} ${action.object.metadata.name}` : action.kind,
  );
const jobOf = (fields: Partial<ScoringInput>) => decideScoring(aScoringInput(fields)).status.scoring?.job;
const eventsOf = (fields: Partial<ScoringInput>) =>
  decideScoring(aScoringInput(fields)).events.map(({ type, reason }) => `${type} ${reason}`);
/** The Model with the decision's status stored. */
const carriedOut = (input: ScoringInput) => {
  const { status } = decideScoring(input);
  return { ...input.model, status: { ...input.model.status, ...status } };
};

describe('Score Jobs', () => {
  const due = { model: aScoredModel({ scoring: yesterday }) };
  const cases: [name: string, fields: Partial<ScoringInput>, expected: string[]][] = [
    ['are created at their time', due, [`Create ${name}`]],
    ['are not created before', { ...due, now: noon - 1000 }, []],
    ['are created up to an hour late', { ...due, now: at(3599) }, [`Create ${name}`]],
    ['are skipped after an hour', { ...due, now: at(3601) }, []],
    ['are not created without a champion', { ...due, champion: null }, []],
    ['are not created while a run is running, which scores too', { ...due, running: true }, []],
    [
      'are not created while one is running',
      { model: aScoredModel({ scoring: running }), jobs: [aScoreJob()] },
      [],
    ],
    ['are not created without spec.scoring', { model: aModel({ status: { scoring: yesterday } }) }, []],
    [
      'are not created while suspended',
      { model: aScoredModel({ scoring: yesterday }, { cron: '0 12 * * *', suspend: true }) },
      [],
    ],
    ['are not created again when only the status update was lost', { ...due, jobs: [aScoreJob()] }, []],
    ['are not created for times before spec.scoring was set', { model: aScoredModel() }, []],
    [
      'start with the first time in the status',
      { model: aScoredModel({ scoring: { nextScheduleTime: '2026-11-23T12:00:00Z' } }), now: at(5) },
      [`Create ${name}`],
    ],
  ];
  for (const [what, fields, expected] of cases) {
    it(what, () => assert.deepEqual(made(fields), expected));
  }

  it('are created once for each time', () => {
    const input = aScoringInput(due);
    const next = aScoringInput({ model: carriedOut(input), jobs: [aScoreJob()], now: at(1) });
    const decision = decideScoring(next);
    assert.deepEqual([decision.actions, decision.events], [[], []]);
    assert.deepEqual(decision.status.scoring, carriedOut(input).status.scoring);
    assert.equal(decision.requeueAt, noon + 86_400_000);
  });

  it('get the Model, the versions, the time and the address for Yahoo', () => {
    const settings = {
      ...aScoringInput().settings,
      sourceEnvironment: { YAHOO_QUERY_HOST: 'http://yahoo:8080' },
    };
    const before = { run: 'aapl-0', outcome: 'Promoted', reason: 'FirstChampion', message: '' } as const;
    const history = [{ ...before, version: 'ba9876543210', time: '2026-11-01T12:00:00Z' }];
    const [action] = decideScoring(aScoringInput({ ...due, settings, history })).actions;
    assert.ok(action?.kind === 'Create');
    const job: RawObject<V1Job> = action.object;
    const template = job.spec?.template;
    const [container] = template?.spec?.containers ?? [];
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
    assert.deepEqual(container?.args, ['stage', 'score']);
    assert.deepEqual(
      [env.BELLWETHER_MODEL, env.BELLWETHER_CHAMPION, env.BELLWETHER_NOW, env.YAHOO_QUERY_HOST],
      ['aapl', '0123456789ab', '2026-11-23T12:00:00Z', 'http://yahoo:8080'],
    );
    assert.equal(
      env.BELLWETHER_TENURES,
      'ba9876543210@2026-11-01T12:00:00Z,0123456789ab@2026-11-20T12:00:00Z',
    );
    assert.equal(template?.metadata?.labels?.['app.kubernetes.io/component'], 'score');
    assert.deepEqual(
      job.metadata.ownerReferences?.map(({ kind, name, uid }) => [kind, name, uid]),
      [['Model', 'aapl', aModel().uid]],
    );
  });

  for (const [what, spec] of [
    ['an unknown time zone', { cron: '0 12 * * *', timeZone: 'Nowhere/Land' }],
    ['invalid fields', { cron: '0 25 * * *' }],
    ['a day that never occurs', { cron: '0 12 31 2 *' }],
  ] as const) {
    it(`report ${what} once for each change of the spec`, () => {
      const model = aScoredModel({}, spec);
      assert.deepEqual(eventsOf({ model: { ...model, generation: 2 } }), ['Warning InvalidScoring']);
      assert.deepEqual(eventsOf({ model }), []);
      assert.equal(decideScoring(aScoringInput({ model })).condition?.reason, 'InvalidScoring');
    });
  }

  it('have a condition while they are configured', () => {
    const reasonOf = (model: ModelResource) => decideScoring(aScoringInput({ model })).condition?.reason;
    assert.equal(reasonOf(aScoredModel()), 'Scheduled');
    assert.equal(reasonOf(aScoredModel({}, { cron: '0 12 * * *', suspend: true })), 'Suspended');
    assert.equal(reasonOf(aModel()), undefined);
  });

  it('stay due while the Job is refused for a cause that may end by itself', () => {
    const scoring = { nextScheduleTime: '2026-11-23T12:00:00Z' };
    const model = aScoredModel({ scoring });
    const [create] = decideScoring(aScoringInput({ model })).actions;
    assert.ok(create?.kind === 'Create');
    const refusal = { kind: 'Job', name: create.object.metadata.name, reason: 'Forbidden', message: 'quota' };
    const refusals: Refusal[] = [{ ...refusal, temporary: 'QuotaExceeded' }];
    const decision = decideScoring(aScoringInput({ model, refusals }));
    assert.deepEqual([decision.actions, decision.events], [[], []]);
    assert.equal(decision.status.scoring?.nextScheduleTime, scoring.nextScheduleTime);
    assert.equal(decision.status.scoring?.job, undefined);
    assert.equal(decision.condition?.reason, 'QuotaExceeded');
    assert.equal(decision.requeueAt, at(30));
  });

  const announced = { ...yesterday, nextScheduleTime: '2026-11-23T12:00:00Z' };
  for (const [what, model] of [
    ['suspended', aScoredModel({ scoring: announced }, { cron: '0 12 * * *', suspend: true })],
    ['configured for a day that never occurs', aScoredModel({ scoring: announced }, { cron: '0 12 31 2 *' })],
    [
      'configured in an unknown time zone',
      aScoredModel({ scoring: announced }, { cron: '0 12 * * *', timeZone: 'X' }),
    ],
  ] as const) {
    it(`have no next time while they are ${what}; the last time is kept`, () => {
      const { lastScheduleTime, nextScheduleTime } =
        decideScoring(aScoringInput({ model })).status.scoring ?? {};
      assert.deepEqual([lastScheduleTime, nextScheduleTime], [yesterday.lastScheduleTime, undefined]);
    });
  }

  it('have no times once they are no longer configured, so that none is made up for later', () => {
    const { lastScheduleTime, nextScheduleTime } =
      decideScoring(aScoringInput({ model: aModel({ status: { scoring: announced } }) })).status.scoring ??
      {};
    assert.deepEqual([lastScheduleTime, nextScheduleTime], [undefined, undefined]);
  });
});

describe('the state of a Score Job', () => {
  const model = aScoredModel({ scoring: running });
  const finished = (type: 'Complete' | 'Failed', reason = 'BackoffLimitExceeded') => ({
    type,
    reason,
    message: 'message of the Job controller',
    at: at(20),
  });
  const failure = (exitCode: number, kind: string) =>
    anEnd({
      exitCode,
      message: JSON.stringify({
        stage: 'Score',
        state: 'Failed',
        kind,
        reason: 'NoData',
        message: 'no bars',
      }),
    });
  type State = [state: string, reason?: string];
  const cases: [name: string, fields: Partial<ScoringInput>, expected: State][] = [
    ['Running while no pod has ended', { jobs: [aScoreJob()] }, ['Running']],
    ['Succeeded once its pod has', { jobs: [aScoreJob()], pods: [anEnd({})] }, ['Succeeded']],
    [
      'Succeeded when the Job is Complete and its pod is gone',
      { jobs: [aScoreJob({ finished: finished('Complete') })], now: at(60) },
      ['Succeeded'],
    ],
    [
      'Failed at once for a permanent failure',
      { jobs: [aScoreJob()], pods: [failure(65, 'Permanent')] },
      ['Failed', 'NoData'],
    ],
    [
      'Running while it may be retried',
      { jobs: [aScoreJob()], pods: [failure(75, 'Transient')] },
      ['Running'],
    ],
    [
      'Failed when the Job has failed, with the cause of the last attempt',
      { jobs: [aScoreJob({ finished: finished('Failed') })], pods: [failure(75, 'Transient')], now: at(60) },
      ['Failed', 'NoData'],
    ],
    [
      'Failed at its deadline',
      {
        jobs: [aScoreJob({ finished: finished('Failed', 'DeadlineExceeded') })],
        pods: [failure(75, 'Transient')],
        now: at(60),
      },
      ['Failed', 'DeadlineExceeded'],
    ],
    [
      'Failed when it is out of memory',
      {
        jobs: [aScoreJob({ finished: finished('Failed') })],
        pods: [anEnd({ exitCode: 137, reason: 'OOMKilled' })],
        now: at(60),
      },
      ['Failed', 'OOMKilled'],
    ],
    ['Failed when it was deleted', { jobs: [] }, ['Failed', 'JobDeleted']],
  ];
  for (const [what, fields, [state, reason]] of cases) {
    it(`is ${what}`, () => {
      const job = jobOf({ model, now: at(5), ...fields });
      assert.deepEqual([job?.state, job?.reason], [state, reason]);
    });
  }

  it('waits for the cause when the Job has failed and its pod is not in the cache yet', () => {
    const jobs = [aScoreJob({ finished: finished('Failed') })];
    assert.equal(jobOf({ model, jobs, now: at(21) })?.state, 'Running');
    assert.equal(jobOf({ model, jobs, now: at(31) })?.state, 'Failed');
  });

  it('counts consecutive failures, each once, until one succeeds', () => {
    const failed = { jobs: [aScoreJob()], pods: [failure(65, 'Permanent')], now: at(5) };
    const once = carriedOut(aScoringInput({ ...failed, model }));
    assert.equal(once.status.scoring?.failures, 1);
    assert.equal(carriedOut(aScoringInput({ ...failed, model: once })).status.scoring?.failures, 1);
    // The day after: another Job.
    const next = aScoreJob({ name: `${name}-next`, uid: 'next', createdAt: at(86_400) });
    const later = { jobs: [next], now: at(86_405), model: once };
    const twice = carriedOut(
      aScoringInput({ ...later, pods: [{ ...failure(65, 'Permanent'), ownerUid: 'next' }] }),
    );
    assert.equal(twice.status.scoring?.failures, 2);
    const well = carriedOut(aScoringInput({ ...later, pods: [anEnd({}, next)] }));
    assert.equal(well.status.scoring?.failures, 0);
  });

  it('counts a failure that is seen when the next Job is created', () => {
    const before = aScoreJob({ name: 'before', uid: 'before', createdAt: at(-86_400) });
    const scoring = {
      ...yesterday,
      job: { name: 'before', state: 'Running' as const, time: '2026-11-22T12:00:00Z' },
    };
    const input = aScoringInput({
      model: aScoredModel({ scoring }),
      jobs: [before],
      pods: [{ ...failure(65, 'Permanent'), ownerUid: 'before' }],
    });
    const decision = decideScoring(input);
    assert.equal(decision.status.scoring?.failures, 1);
    assert.deepEqual(
      [decision.status.scoring?.job?.name, decision.status.scoring?.job?.state],
      [name, 'Running'],
    );
    assert.deepEqual(
      decision.events.map(({ reason }) => reason),
      ['ScoreFailed', 'Scoring'],
    );
  });

  it('is announced once', () => {
    const fields = { model, jobs: [aScoreJob()], pods: [failure(65, 'Permanent')], now: at(5) };
    assert.deepEqual(eventsOf(fields), ['Warning ScoreFailed']);
    assert.deepEqual(eventsOf({ ...fields, model: carriedOut(aScoringInput(fields)) }), []);
  });

  it('is kept after the Job is gone', () => {
    const job = { name, state: 'Succeeded' as const, time: '2026-11-23T12:00:03Z' };
    assert.deepEqual(jobOf({ model: aScoredModel({ scoring: { ...yesterday, job } }), now: at(-60) }), job);
  });

  it('is Failed when the API server refuses the Job, which is not retried for this time', () => {
    const refusals = [{ kind: 'Job', name, reason: 'Forbidden', message: 'exceeded quota' }];
    const fields = { model: aScoredModel({ scoring: yesterday }), refusals };
    assert.deepEqual(made(fields), []);
    assert.match(jobOf(fields)?.message ?? '', /exceeded quota/);
    assert.deepEqual(made({ model: carriedOut(aScoringInput(fields)), now: at(60) }), []);
  });

  it('ignores Jobs of a deleted Model of the same name', () => {
    const jobs = [aScoreJob({ ownerUid: 'another' })];
    assert.equal(jobOf({ model: aScoredModel({ scoring: yesterday }), jobs, now: at(-60) }), undefined);
  });
});

describe('a run that scores', () => {
  const recordOf = (fields: Partial<ScoringInput>) => decideScoring(aScoringInput(fields)).status.scoring;
  const unscored = aModel();

  it('is announced once when it could not', () => {
    const fields = { model: unscored, runScores: [aFailedScore(3)] };
    const [event] = decideScoring(aScoringInput(fields)).events;
    assert.deepEqual(
      [event?.type, event?.reason, event?.message],
      ['Warning', 'ScoreFailed', 'Run aapl-2 scored nothing (InputAltered): the track record was changed'],
    );
    assert.deepEqual(eventsOf({ ...fields, model: carriedOut(aScoringInput(fields)) }), []);
  });

  it('is in the status with its cause', () => {
    assert.deepEqual(recordOf({ model: unscored, runScores: [aFailedScore(3)] })?.run, {
      name: 'aapl-2',
      state: 'Failed',
      reason: 'InputAltered',
      message: 'the track record was changed',
      time: '2026-11-23T12:00:03Z',
    });
    const { run } = recordOf({ model: unscored, runScores: [aRunScore(aLive(4))] }) ?? {};
    assert.deepEqual(run, { name: 'aapl-2', state: 'Succeeded', time: '2026-11-23T12:00:04Z' });
  });

  it('counts as a failure once, beside those of Jobs, until one succeeds', () => {
    const failing = { runScores: [aFailedScore(3)] };
    const model = aScoredModel({ scoring: { ...running, failures: 2 } });
    const fields = { ...failing, model, jobs: [aScoreJob()], now: at(5) };
    const once = carriedOut(aScoringInput(fields));
    assert.equal(once.status.scoring?.failures, 3);
    assert.equal(recordOf({ ...fields, model: once })?.failures, 3);
    const again = carriedOut(
      aScoringInput({ model: once, runScores: [aFailedScore(9, 'aapl-3')], jobs: [aScoreJob()] }),
    );
    assert.equal(again.status.scoring?.failures, 4);
    const well = { model: again, runScores: [aRunScore(aLive(12))], jobs: [aScoreJob()] };
    assert.equal(recordOf(well)?.failures, 0);
  });

  it('does not undo a later failure when it completes again', () => {
    const model = carriedOut(aScoringInput({ model: unscored, runScores: [aFailedScore(9, 'aapl-3')] }));
    assert.equal(recordOf({ model, runScores: [aRunScore(aLive(3))] })?.failures, 1);
  });

  it('counts in order when two are seen at once', () => {
    const [failed, well] = [aFailedScore(9, 'aapl-3'), aRunScore(aLive(3))];
    for (const runScores of [
      [failed, well],
      [well, failed],
    ]) {
      const { failures, run } = recordOf({ model: unscored, runScores }) ?? {};
      assert.deepEqual([failures, run?.name], [1, 'aapl-3']);
    }
  });

  const problem = { reason: 'InputMissing', message: 'The days of version ba9876543210 are skipped' };
  it('that skipped days has succeeded, with the reason', () => {
    const fields = { model: unscored, runScores: [{ ...aRunScore(aLive(3)), problem }] };
    assert.deepEqual(eventsOf(fields), ['Warning ScoreFailed', 'Normal Scored']);
    const { failures, run } = recordOf(fields) ?? {};
    assert.deepEqual([failures, run?.state, run?.reason], [0, 'Succeeded', 'InputMissing']);
  });

  it('that skipped days is treated like such a Job', () => {
    const message = JSON.stringify({
      stage: 'Score',
      state: 'Succeeded',
      live: aScore(),
      liveProblem: problem,
    });
    const fields = {
      model: aScoredModel({ scoring: running }),
      jobs: [aScoreJob()],
      pods: [anEnd({ message })],
    };
    assert.deepEqual(eventsOf(fields), ['Warning ScoreFailed', 'Normal Scored']);
    const after = carriedOut(aScoringInput(fields));
    assert.deepEqual(
      [after.status.scoring?.failures, after.status.scoring?.job?.reason],
      [0, 'InputMissing'],
    );
    assert.deepEqual(eventsOf({ ...fields, model: after }), []);
  });
});

describe('live figures in the status', () => {
  const report = (live: object | undefined) =>
    anEnd({ message: JSON.stringify({ stage: 'Score', state: 'Succeeded', live }) });
  const liveAfter = (fields: Partial<ScoringInput>): ModelStatus['live'] =>
    decideScoring(aScoringInput({ model: aModel(), ...fields })).status.live;

  it('come from a Score Job', () => {
    const found = liveAfter({ jobs: [aScoreJob()], pods: [report(aScore())] });
    assert.deepEqual(found, aLive(3));
  });

  it('come from a run', () => assert.deepEqual(liveAfter({ runScores: [aRunScore(aLive(7))] }), aLive(7)));

  it('are the newest, from either source, and are kept', () => {
    const [old, young] = [aLive(1, { days: 41 }), aLive(9, { days: 43 })];
    const model = aModel({ status: { live: old } });
    assert.deepEqual(
      liveAfter({ model, runScores: [aRunScore(young)], jobs: [aScoreJob()], pods: [report(aScore())] }),
      young,
    );
    assert.deepEqual(
      liveAfter({ model: aModel({ status: { live: young } }), runScores: [aRunScore(old)] }),
      young,
    );
    assert.deepEqual(liveAfter({ model }), old);
  });

  describe('are about the symbol of the champion', () => {
    const apple = aLive(1, {
      windows: [{ window: 60, figures: { ...aScore().windows[0]?.figures, returnVerdict: 'Worse' } }],
    });
    const model = aScoredModel({ live: apple, scoring: running });
    const microsoft = { ...champion, metrics: { symbol: 'MSFT' } };
    const nothingYet = { jobs: [aScoreJob()], pods: [report(undefined)] };

    it('and are kept while it stays the same', () => {
      const same = { ...champion, metrics: { symbol: 'AAPL' } };
      assert.deepEqual(liveAfter({ model, champion: same, ...nothingYet }), apple);
      assert.deepEqual(liveAfter({ model, champion, ...nothingYet }), apple, 'a champion without a symbol');
    });

    it('and are removed when it changes, even before a day of the new one has been scored', () => {
      const fields = { model, champion: microsoft, ...nothingYet };
      assert.equal(liveAfter(fields), undefined);
      assert.deepEqual(eventsOf(fields), []);
    });

    it('whatever an earlier Job or run reports about the other', () => {
      const fields = { champion: microsoft, jobs: [aScoreJob()], pods: [report(aScore())] };
      assert.equal(liveAfter({ ...fields, runScores: [aRunScore(apple)] }), undefined);
    });

    it('and a verdict Worse is announced again for the new one', () => {
      const runScores = [aRunScore({ ...apple, symbol: 'MSFT', scoredAt: '2026-11-23T12:00:05Z' })];
      const fields = { model, champion: microsoft, ...nothingYet, runScores };
      assert.equal(liveAfter(fields)?.symbol, 'MSFT');
      assert.deepEqual(eventsOf(fields), ['Normal Scored', 'Warning LiveWorse']);
    });
  });

  it('are absent while nothing has been scored, and for an invalid report', () => {
    assert.equal(liveAfter({ jobs: [aScoreJob()], pods: [report(undefined)] }), undefined);
    assert.equal(liveAfter({ jobs: [aScoreJob()], pods: [anEnd({ message: '{}' })] }), undefined);
    assert.equal(liveAfter({ jobs: [aScoreJob()], pods: [report({ symbol: 'AAPL' })] }), undefined);
  });

  const worse = (reason: string) =>
    aScore({
      lastDay: '2026-11-21',
      windows: [{ window: 60, figures: { ...aScore().windows[0]?.figures, [reason]: 'Worse' } }],
    });
  for (const [what, before, found, expected] of [
    ['a first score', undefined, aLive(1), ['Normal Scored']],
    ['a further day', aLive(1), aLive(2, { lastDay: '2026-11-21' }), ['Normal Scored']],
    ['the same day again', aLive(1), aLive(2), []],
    [
      'returns that have become worse than the mean',
      aLive(1),
      { ...aLive(2), ...worse('returnVerdict') },
      ['Normal Scored', 'Warning LiveWorse'],
    ],
    [
      'risk classes that have become worse than persistence',
      aLive(1),
      { ...aLive(2), ...worse('riskVerdict') },
      ['Normal Scored', 'Warning LiveWorse'],
    ],
    [
      'a verdict that was Worse before',
      { ...aLive(1), ...worse('returnVerdict') },
      { ...aLive(2), ...worse('returnVerdict'), lastDay: '2026-11-22' },
      ['Normal Scored'],
    ],
  ] as const) {
    it(`announce ${what}: ${expected.join(', ') || 'nothing'}`, () => {
      const model = aModel({ status: before === undefined ? {} : { live: before } });
      assert.deepEqual(eventsOf({ model, runScores: [aRunScore(found)] }), expected);
    });
  }

  it('are announced with the figures', () => {
    const [event] = decideScoring(
      aScoringInput({ model: aModel(), runScores: [aRunScore(aLive(1))] }),
    ).events;
    assert.match(
      event?.message ?? '',
      /42 .*AAPL.*2026-11-20.* 1\.84 %.*mean's 1\.83 %.*1\.0055.* 83 %.*persistence's 88 %/,
    );
  });

  it('are idempotent: the same decision again changes nothing', () => {
    const input = aScoringInput({ model: aModel(), jobs: [aScoreJob()], pods: [report(aScore())] });
    const decision = decideScoring({ ...input, model: carriedOut(input) });
    assert.deepEqual(
      [decision.actions, decision.events, decision.status],
      [[], [], decideScoring(input).status],
    );
  });
});
