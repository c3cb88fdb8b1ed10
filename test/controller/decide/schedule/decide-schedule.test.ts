import assert, { deepEqual, equal, match } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { type ModelStatus, modelSpecSchema } from '../../../../src/api/model.ts';
import { trainingRunSpecSchema } from '../../../../src/api/training-run.ts';
import { decideSchedule } from '../../../../src/controller/decide/schedule/decide-schedule.ts';
import type { DecidedRun, ScheduleDecision } from '../../../../src/controller/decide/types.ts';
import { scheduledRunName } from '../../../../src/controller/names.ts';
import type { ModelResource, Refusal } from '../../../../src/controller/observation.ts';
import { formatTime, parseTime } from '../../../../src/controller/time.ts';
import { aModel, aRun } from '../../builders.ts';

const created = '2026-11-20T12:00:00Z';
/** Due at 22:30 every day. */
const daily = { cron: '30 22 * * *' };
const due = '2026-11-20T22:30:00Z';
const name = scheduledRunName('aapl', parseTime(due));

function model(schedule: object = {}, status: ModelStatus = {}, fields: Partial<ModelResource> = {}) {
  return aModel({
    createdAt: parseTime(created),
    spec: modelSpecSchema.parse({
      schedule: { ...daily, ...schedule },
      runTemplate: { labels: { team: 'quant' }, annotations: { why: 'nightly' }, spec: { symbol: 'MSFT' } },
    }),
    status,
    ...fields,
  });
}

type End = 'Complete' | 'Failed' | 'Running';

/** A run that the schedule of `aapl` created, with its end. */
function made(
  runName: string,
  end: End,
  ended = created,
  promoted: 'True' | 'False' | 'Unknown' = 'False',
): DecidedRun {
  const condition = (type: string, status: 'True' | 'False' | 'Unknown') => ({
    type,
    status,
    reason: 'X',
    message: '',
    observedGeneration: 1,
    lastTransitionTime: ended,
  });
  const status = {
    conditions: [
      condition('Complete', end === 'Complete' ? 'True' : 'False'),
      condition('Failed', end === 'Failed' ? 'True' : 'False'),
      condition('Promoted', promoted),
    ],
    ...(end === 'Running' ? {} : { completionTime: ended }),
  };
  return { run: aRun({ name: runName, scheduledBy: aModel().uid, status }), status, notSelected: null };
}

function decide(
  now: string,
  of: ModelResource = model(),
  runs: readonly DecidedRun[] = [],
  refusals: readonly Refusal[] = [],
): ScheduleDecision {
  return decideSchedule({ now: parseTime(now), model: of, runs, refusals });
}

const createdNames = (decision: ScheduleDecision) =>
  decision.actions.flatMap(action => (action.kind === 'Create' ? [action.object.metadata.name] : []));
const deleted = (decision: ScheduleDecision) =>
  decision.actions.flatMap(action => (action.kind === 'Delete' ? [action.name] : []));

describe('a schedule', () => {
  it('creates nothing before its first time, which is in the status', () => {
    const decision = decide('2026-11-20T22:29:59Z');
    deepEqual(decision.actions, []);
    deepEqual(decision.status, { nextScheduleTime: due });
    equal(decision.requeueAt, parseTime(due));
  });

  it('creates a run from the template at its time', () => {
    const decision = decide(due);
    const [action] = decision.actions;
    if (action?.kind !== 'Create') throw new Error('nothing was created');
    deepEqual(action.object, {
      apiVersion: 'bellwether.dev/v1alpha1',
      kind: 'TrainingRun',
      metadata: {
        name,
        namespace: 'default',
        labels: { team: 'quant', 'bellwether.dev/model': 'aapl' },
        annotations: { why: 'nightly' },
        ownerReferences: [
          {
            apiVersion: 'bellwether.dev/v1alpha1',
            kind: 'Model',
            name: 'aapl',
            uid: aModel().uid,
            controller: true,
            blockOwnerDeletion: true,
          },
        ],
      },
      spec: trainingRunSpecSchema.parse({ symbol: 'MSFT', model: 'aapl' }),
    });
    deepEqual(decision.status, { lastScheduleTime: due, nextScheduleTime: '2026-11-21T22:30:00Z' });
    deepEqual(
      decision.events.map(({ reason, regarding }) => [reason, regarding.kind, regarding.name]),
      [['RunScheduled', 'Model', 'aapl']],
    );
  });

  it('creates each run once, and announces it with the status that records its time', () => {
    const recorded = decide('2026-11-20T22:31:00Z', model({}, { lastScheduleTime: due }));
    deepEqual([recorded.actions, recorded.events], [[], []]);
    const lost = decide('2026-11-20T22:31:00Z', model(), [made(name, 'Complete')]);
    deepEqual([lost.actions, lost.events], [[], decide(due).events]);
    equal(lost.status.lastScheduleTime, due);
    const again = decide('2026-11-20T22:31:00Z', model({}, lost.status), [made(name, 'Complete')]);
    deepEqual([again.actions, again.events], [[], []]);
  });

  it('announces no run of its name that it did not create', () => {
    const { run, ...rest } = made(name, 'Running');
    const other = decide(due, model(), [{ ...rest, run: { ...run, scheduledBy: null } }]);
    deepEqual([other.actions, other.events], [[], []]);
    equal(other.status.lastScheduleTime, due);
  });

  it('that is added to an existing Model creates no runs for earlier times', () => {
    const evening = '2026-11-20T22:40:00Z';
    const given = decide(evening, model({}, { observedGeneration: 1 }));
    deepEqual([given.actions, given.events], [[], []]);
    deepEqual(given.status, { nextScheduleTime: '2026-11-21T22:30:00Z' });
    const known = { ...given.status, observedGeneration: 2 };
    deepEqual(decide('2026-11-20T22:41:00Z', model({}, known)).actions, []);
    const next = scheduledRunName('aapl', parseTime('2026-11-21T22:30:00Z'));
    deepEqual(createdNames(decide('2026-11-21T22:35:00Z', model({}, known))), [next]);
    const sooner = decide(evening, model({ cron: '45 * * * *' }, known));
    deepEqual([sooner.actions, sooner.status.nextScheduleTime], [[], '2026-11-20T22:45:00Z']);
  });

  it('that is removed and added again creates no run for the times in between', () => {
    const without = aModel({ status: { lastScheduleTime: '2026-11-19T22:30:00Z', observedGeneration: 1 } });
    const removed = decide('2026-11-20T22:00:00Z', without);
    deepEqual([removed.actions, removed.status], [[], {}]);
    const again = decide('2026-11-20T22:40:00Z', model({}, { ...removed.status, observedGeneration: 2 }));
    deepEqual([again.actions, again.events], [[], []]);
  });

  it('names runs by their time', () => {
    deepEqual(createdNames(decide('2026-11-20T22:30:00Z')), createdNames(decide('2026-11-20T22:45:00Z')));
    const next = decide('2026-11-21T22:30:00Z', model({}, { lastScheduleTime: due }));
    equal(createdNames(next).includes(name), false);
  });

  it('creates only the latest of several missed runs', () => {
    const decision = decide('2026-11-20T16:10:00Z', model({ cron: '*/15 * * * *' }));
    deepEqual(createdNames(decision), [scheduledRunName('aapl', parseTime('2026-11-20T16:00:00Z'))]);
    equal(decision.status.lastScheduleTime, '2026-11-20T16:00:00Z');
  });

  for (const [now, runs] of [
    ['2026-11-20T23:30:00Z', 1],
    ['2026-11-20T23:30:00.500Z', 0],
    ['2026-11-20T23:30:01Z', 0],
  ] as const) {
    it(`creates ${runs} run at ${now}, an hour or more after its time`, () => {
      const decision = decide(now);
      equal(createdNames(decision).length, runs);
      equal(decision.status.lastScheduleTime, due);
      if (runs === 0) match(decision.events[0]!.message, /more than 3600 s ago/);
    });
  }

  it('reports a missed time once', () => {
    const missed = decide('2026-11-21T08:00:00Z');
    equal(missed.events[0]!.reason, 'ScheduleMissed');
    deepEqual(decide('2026-11-21T08:01:00Z', model({}, missed.status)).events, []);
  });

  it('creates nothing while it is suspended, and on resumption the last time within the deadline', () => {
    const decision = decide(due, model({ suspend: true }));
    deepEqual([decision.actions, decision.status, decision.requeueAt], [[], {}, null]);
    equal(createdNames(decide('2026-11-20T22:40:00Z', model())).length, 1);
  });

  it('creates nothing for a Model that is being deleted, has no schedule or is invalid', () => {
    for (const other of [
      model({}, {}, { deleting: true }),
      model({}, {}, { spec: modelSpecSchema.parse({}) }),
      model({}, {}, { spec: null }),
    ]) {
      deepEqual(decide(due, other).actions, []);
    }
  });

  for (const [what, schedule] of [
    ['fields', { cron: '61 22 * * *' }],
    ['day', { cron: '0 0 31 2 *' }],
    ['time zone', { timeZone: 'Mars/Olympus' }],
  ] as const) {
    it(`reports invalid ${what} once, and creates nothing`, () => {
      const wrong = model(schedule, { lastScheduleTime: due });
      const decision = decide('2026-11-21T22:30:00Z', wrong);
      deepEqual([decision.actions, decision.requeueAt], [[], null]);
      deepEqual(decision.status, { lastScheduleTime: due });
      deepEqual([decision.events[0]!.reason, decision.events[0]!.type], ['InvalidSchedule', 'Warning']);
      equal(`${decision.condition?.status} ${decision.condition?.reason}`, 'False InvalidSchedule');
      const seen = { ...wrong, status: { ...wrong.status, observedGeneration: wrong.generation } };
      const again = decide('2026-11-21T22:30:00Z', seen);
      deepEqual([again.events, again.condition], [[], decision.condition]);
    });
  }

  for (const [what, of, expected] of [
    ['when it is valid', model(), 'True Scheduled'],
    ['when it is suspended', model({ suspend: true }), 'False Suspended'],
    ['when there is none', model({}, {}, { spec: modelSpecSchema.parse({}) }), 'undefined undefined'],
  ] as const) {
    it(`has its condition ${what}: ${expected}`, () => {
      const { condition } = decide(created, of);
      equal(`${condition?.status} ${condition?.reason}`, expected);
    });
  }

  describe('whose run is refused', () => {
    const refusal = { kind: 'TrainingRun', name, reason: 'Forbidden', message: 'exceeded quota: few' };
    const waiting = model({}, { nextScheduleTime: due });

    it('keeps the time due if the cause may end by itself, and reports it', () => {
      const decision = decide(due, waiting, [], [{ ...refusal, temporary: 'QuotaExceeded' }]);
      deepEqual([decision.actions, decision.events], [[], []]);
      deepEqual(decision.status, { nextScheduleTime: due });
      equal(`${decision.condition?.status} ${decision.condition?.reason}`, 'False QuotaExceeded');
      match(decision.condition?.message ?? '', /exceeded quota: few/);
      equal(decision.requeueAt, parseTime(due) + 30_000);
      deepEqual(createdNames(decide('2026-11-20T22:31:00Z', waiting)), [name]);
    });

    it('skips the time if the refusal is final, and reports it until the next one', () => {
      const decision = decide(due, waiting, [], [refusal]);
      equal(decision.status.lastScheduleTime, due);
      deepEqual(
        decision.events.map(({ reason }) => reason),
        ['RunRefused'],
      );
      const { condition } = decision;
      assert(condition !== null && condition.reason === 'RunRefused');
      const stored = {
        ...condition,
        type: 'Scheduled',
        observedGeneration: 1,
        lastTransitionTime: due,
      };
      const status = { ...decision.status, conditions: [stored] };
      deepEqual(decide('2026-11-20T22:31:00Z', model({}, status)).condition, condition);
      equal(decide('2026-11-21T22:30:00Z', model({}, status)).condition?.reason, 'Scheduled');
      equal(
        decide('2026-11-20T22:31:00Z', model({}, status, { generation: 2 })).condition?.reason,
        'Scheduled',
      );
    });
  });
});

describe('a schedule whose last run has not finished', () => {
  const last = made('aapl-1', 'Running');
  const cases: [policy: string, created: string[], deleted: string[], event: string][] = [
    ['Forbid', [], [], 'ScheduleSkipped'],
    ['Queue', [name], [], 'RunScheduled'],
    ['Replace', [name], ['aapl-1'], 'RunScheduled'],
  ];
  for (const [concurrencyPolicy, create, remove, event] of cases) {
    it(`with policy ${concurrencyPolicy}`, () => {
      const decision = decide(due, model({ concurrencyPolicy }), [last]);
      deepEqual([createdNames(decision), deleted(decision)], [create, remove]);
      equal(decision.events[0]!.reason, event);
      equal(decision.status.lastScheduleTime, due);
    });
  }

  it('ignores runs that were not created by it', () => {
    const byHand = { ...last, run: { ...last.run, scheduledBy: null } };
    deepEqual(createdNames(decide(due, model(), [byHand])), [name]);
  });
});

describe('the history limits of a schedule', () => {
  const day = (i: number) => `2026-11-${String(i + 1).padStart(2, '0')}T22:40:00Z`;
  const runs = (end: End, count: number) =>
    Array.from({ length: count }, (_, i) => made(`${end.toLowerCase()}-${i}`, end, day(i)));
  const limits = { successfulRunsHistoryLimit: 2, failedRunsHistoryLimit: 1 };
  const now = '2026-11-20T12:30:00Z';

  it('delete the oldest finished runs beyond each limit', () => {
    const all = [...runs('Complete', 4), ...runs('Failed', 3), made('busy', 'Running')];
    deepEqual(deleted(decide(now, model(limits), all)).toSorted(), [
      'complete-0',
      'complete-1',
      'failed-0',
      'failed-1',
    ]);
  });

  it('apply while the schedule is suspended too', () => {
    deepEqual(deleted(decide(now, model({ ...limits, suspend: true }), runs('Failed', 2))), ['failed-0']);
  });

  it("keep the champion's run and the pinned one", () => {
    const champion = { run: 'complete-0', version: 'cccccccccccc', promotedAt: created };
    const base = model(limits, { champion });
    const pinned = { ...base, spec: { ...base.spec!, pinnedRun: 'complete-1' } };
    deepEqual(deleted(decide(now, pinned, runs('Complete', 5))), ['complete-2']);
  });

  it('keep runs that are not judged yet or await approval', () => {
    const waiting = made('waiting', 'Complete', '2026-10-30T22:40:00Z', 'Unknown');
    deepEqual(deleted(decide(now, model(limits), [waiting, ...runs('Complete', 2)])), []);
  });

  it('ignore runs that were not created by the schedule', () => {
    const byHand = runs('Complete', 5).map(({ run, status }) => ({
      run: { ...run, scheduledBy: null },
      status,
      notSelected: null,
    }));
    deepEqual(deleted(decide(now, model(limits), byHand)), []);
  });
});

describe('a schedule of a Model that selects runs', () => {
  const selecting = (selector: object, labels: object = { team: 'quant' }) =>
    model(
      {},
      {},
      {
        spec: modelSpecSchema.parse({
          schedule: daily,
          runTemplate: { labels, spec: { symbol: 'MSFT' } },
          promotion: { runs: { selector } },
        }),
      },
    );
  const createdLabels = (decision: ScheduleDecision) =>
    decision.actions.flatMap(action => (action.kind === 'Create' ? [action.object.metadata.labels] : []));
  const exists = { matchExpressions: [{ key: 'desk', operator: 'Exists' }] };

  it('labels its runs so that they match', () => {
    const decision = decide(due, selecting({ matchLabels: { desk: 'equities' } }));
    deepEqual(createdLabels(decision), [{ desk: 'equities', team: 'quant', 'bellwether.dev/model': 'aapl' }]);
    equal(decision.condition?.status, 'True');
  });

  it('creates none that would not match, and names the missing label once', () => {
    for (const [selector, unmet] of [
      [exists, /runTemplate do not match desk,/],
      [{ matchLabels: { team: 'risk' } }, /runTemplate do not match team=risk,/],
    ] as const) {
      const decision = decide(due, selecting(selector));
      deepEqual(decision.actions, []);
      deepEqual(
        [decision.condition?.status, decision.condition?.reason],
        ['False', 'RunTemplateNotSelected'],
      );
      match(decision.condition?.message ?? '', unmet);
      deepEqual(
        decision.events.map(({ type }) => type),
        ['Warning'],
      );
      const seen = selecting(selector);
      const again = decide(due, { ...seen, status: { observedGeneration: seen.generation } });
      deepEqual(again.events, []);
    }
  });

  it('is not blocked by a run with a forged owner reference that does not match', () => {
    const forged = {
      ...made('forged', 'Running'),
      notSelected: { reason: 'NotSelected', message: '' },
    };
    deepEqual(createdNames(decide(due, model({ concurrencyPolicy: 'Forbid' }), [forged])), [name]);
    const replacing = decide(due, model({ concurrencyPolicy: 'Replace' }), [forged]);
    deepEqual([createdNames(replacing), deleted(replacing)], [[name], []]);
  });
});

describe('a schedule, at any times of reconciling', () => {
  it('creates at most one run for each time, in order, whatever status updates are lost', () => {
    const looks = fc.array(fc.record({ minutes: fc.integer({ min: 0, max: 200 }), lost: fc.boolean() }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(looks, list => {
        let status: ModelStatus = {};
        let now = parseTime(created);
        const runs: DecidedRun[] = [];
        for (const { minutes, lost } of list) {
          now += minutes * 60_000;
          const decision = decide(
            formatTime(now),
            model({ cron: '*/20 * * * *', concurrencyPolicy: 'Queue' }, status),
            runs,
          );
          const names = createdNames(decision);
          equal(names.length <= 1, true);
          for (const run of names) {
            equal(
              runs.some(other => other.run.name === run),
              false,
            );
            runs.push(made(run, 'Running'));
          }
          if (!lost) status = decision.status;
        }
        const order = runs.map(({ run }) => run.name);
        deepEqual(order, order.toSorted());
      }),
    );
  });
});
