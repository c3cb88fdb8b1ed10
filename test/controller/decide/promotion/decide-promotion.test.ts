import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { describe, it } from 'mocha';
import { historyLimit, modelStatusSchema } from '../../../../src/api/model.ts';
import type { ModelResource } from '../../../../src/controller/observation.ts';
import { formatTime } from '../../../../src/controller/time.ts';
import { aRun, at } from '../../builders.ts';
import {
  aChampion,
  beside,
  championVersion,
  complete,
  decide,
  figures,
  modelWith,
  versionOf,
  written,
} from './challengers.ts';

const newerDays = { holdoutTo: '2018-06-08' };
const gain = { championRmseRatio: '0.99', championReturnPValue: '0.001' };

describe('the first run of a Model', () => {
  const run = complete('first', figures());
  const decision = decide(modelWith(), [run]);

  it('becomes the champion when it is above the floors', () => {
    deepEqual(decision.champion, {
      run: 'first',
      version: versionOf('first'),
      promotedAt: formatTime(at(60)),
      metrics: figures(),
    });
    const condition = decision.conditions.get('first')!;
    deepEqual([condition.status, condition.reason], ['True', 'Promoted']);
  });

  it('gets a history entry with its figures and holdout', () => {
    equal(decision.history.length, 1);
    const [entry] = decision.history;
    deepEqual(
      [entry!.run, entry!.runUid, entry!.version, entry!.outcome, entry!.reason, entry!.holdout],
      [
        'first',
        run.run.uid,
        versionOf('first'),
        'Promoted',
        'FirstChampion',
        'AAPL 2017-06-01 to 2018-05-09',
      ],
    );
    deepEqual(decision.judged, [{ holdout: 'AAPL 2017-06-01 to 2018-05-09', runs: 1 }]);
  });

  it('gets Events on the run and on the Model', () => {
    deepEqual(
      decision.events.map(({ regarding, reason, type }) => [regarding.kind, regarding.name, reason, type]),
      [
        ['TrainingRun', 'first', 'Promoted', 'Normal'],
        ['Model', 'aapl', 'Promoted', 'Normal'],
      ],
    );
    match(decision.events[1]!.message, /^Run first: /);
  });

  it('leaves the Model without a champion when it is below a floor', () => {
    const rejected = decide(modelWith(), [complete('first', figures({ rmseRatio: '1.1' }))]);
    equal(rejected.champion, null);
    equal(rejected.conditions.get('first')!.reason, 'Rejected');
    equal(rejected.events[0]!.type, 'Warning');
  });
});

describe('a run without a version to judge', () => {
  it('is not judged before it is complete', () => {
    const run = aRun({ name: 'busy' });
    const decision = decide(modelWith(), [
      { run, status: { metrics: figures(), version: championVersion }, notSelected: null },
    ]);
    const condition = decision.conditions.get('busy')!;
    deepEqual([condition.status, condition.reason], ['Unknown', 'NotJudged']);
    deepEqual([decision.champion, decision.history, decision.events], [null, [], []]);
  });

  it('is neither promoted nor in the history when it failed', () => {
    const { run, status } = complete('broken', figures());
    const conditions = status.conditions!.map(condition => ({
      ...condition,
      status: condition.type === 'Failed' ? ('True' as const) : ('False' as const),
    }));
    const decision = decide(modelWith(), [{ run, status: { ...status, conditions }, notSelected: null }]);
    const condition = decision.conditions.get('broken')!;
    deepEqual([condition.status, condition.reason], ['False', 'RunFailed']);
    deepEqual([decision.champion, decision.history], [null, []]);
  });

  it('is not judged while it is being deleted', () => {
    const decision = decide(modelWith(), [complete('going', figures(), { deleting: true })]);
    deepEqual([decision.champion, decision.history], [null, []]);
  });
});

describe('a run is judged once', () => {
  const run = complete('first', figures());
  const first = decide(modelWith(), [run]);
  const read = written(modelWith(), [run], first);

  it('when both statuses were written', () => {
    const again = decide(read.model, read.runs, 3600);
    deepEqual([again.champion, again.history, again.judged], [first.champion, first.history, first.judged]);
    deepEqual([again.events, again.notes], [[], []]);
    deepEqual(again.conditions, first.conditions);
  });

  it("when only the Model's status was written", () => {
    const again = decide(read.model, [run], 3600);
    deepEqual(
      [again.champion, again.history, again.judged, again.events],
      [first.champion, first.history, first.judged, []],
    );
    equal(again.conditions.get('first')!.reason, 'Promoted');
  });

  it("and again when only the run's status was written, so that the champion is set", () => {
    const again = decide(modelWith(), read.runs, 3600);
    equal(again.champion?.version, versionOf('first'));
    deepEqual(again.judged, first.judged);
  });

  it("and again when only the run's status was written, in the same second as the entry before it", () => {
    const second = complete('second', beside({ championVersion: versionOf('first'), ...newerDays }));
    const both = written(read.model, [second], decide(read.model, [second]));
    equal(decide(read.model, both.runs, 3600).champion?.run, 'second');
  });

  it('even when its entry has been dropped from the history', () => {
    const others = Array.from({ length: historyLimit }, (_, i) => ({
      run: `other-${i}`,
      runUid: `uid-${i}`,
      outcome: 'Rejected' as const,
      reason: 'NoGain',
      message: '',
      time: formatTime(at(4000 - i)),
    }));
    const model = { ...read.model, status: { ...read.model.status, history: others } };
    const again = decide(model, read.runs, 5000);
    deepEqual([again.history, again.events], [others, []]);
    deepEqual(again.conditions, first.conditions);
  });

  it('and again when a run of the same name is applied again', () => {
    const reapplied = complete('first', beside({ championVersion: versionOf('first'), ...newerDays }), {
      uid: 'another',
      version: 'eeeeeeeeeeee',
      seconds: 100,
    });
    const decision = decide(read.model, [reapplied], 200);
    equal(decision.champion?.version, 'eeeeeeeeeeee');
    deepEqual(
      decision.history.map(({ runUid }) => runUid),
      ['another', run.run.uid],
    );
  });

  for (const [how, metrics, version] of [
    ['all its stages were reused', figures(), versionOf('first')],
    [
      'Evaluate compared it with itself',
      beside({ championVersion: versionOf('first'), championIdentical: 'true', ...newerDays }),
      'eeeeeeeeeeee',
    ],
  ] as const) {
    it(`and changes nothing when its models are the champion's: ${how}`, () => {
      const reapplied = complete('first', metrics, { uid: 'another', version, seconds: 100 });
      const decision = decide(read.model, [reapplied], 200);
      deepEqual([decision.champion, decision.judged], [first.champion, first.judged]);
      const condition = decision.conditions.get('first')!;
      deepEqual([condition.status, condition.reason], ['False', 'Inconclusive']);
      equal(decision.history[0]!.reason, 'AlreadyChampion');
    });
  }
});

describe('several runs at once', () => {
  it('are judged in order of completion, each against the champion at that time', () => {
    const early = complete('zulu', figures(), { seconds: 1 });
    const late = complete('alpha', beside({ championVersion: versionOf('zulu'), ...newerDays }), {
      seconds: 2,
    });
    const stale = complete('beta', beside(newerDays), { seconds: 3 });
    const decision = decide(modelWith(), [stale, late, early]);
    equal(decision.champion?.run, 'alpha');
    deepEqual(
      decision.history.map(({ run, reason }) => [run, reason]),
      [
        ['beta', 'ChampionChanged'],
        ['alpha', 'NewerData'],
        ['zulu', 'FirstChampion'],
      ],
    );
  });

  it('count as looks at the same days, so that none of many is promoted by chance', () => {
    const lucky = { championRmseRatio: '0.99', championReturnPValue: '0.01' };
    const tries = Array.from({ length: 9 }, (_, i) => complete(`try-${i}`, beside(), { seconds: i }));
    const model = modelWith({ champion: aChampion() });
    const decision = decide(model, [...tries, complete('try-9', beside(lucky), { seconds: 9 })]);
    equal(decision.champion?.version, championVersion);
    deepEqual(decision.judged, [{ holdout: 'AAPL 2017-06-01 to 2018-05-09', runs: 10 }]);
    equal(decide(model, [complete('try-9', beside(lucky))]).champion?.run, 'try-9');
  });

  it('are stored up to twenty holdouts and twenty history entries', () => {
    const runs = Array.from({ length: 25 }, (_, i) => {
      const holdoutTo = `2018-06-${String(i + 1).padStart(2, '0')}`;
      return complete(`run-${i}`, beside({ holdoutTo, ...gain, championComparable: 'x' }), { seconds: i });
    });
    const decision = decide(modelWith({ champion: aChampion() }), runs);
    equal(decision.judged.length, 20);
    match(decision.judged[0]!.holdout, /to 2018-06-25$/);
    equal(decision.history.length, historyLimit);
    equal(decision.history[0]!.run, 'run-24');
    const { champion, history, judged } = decision;
    modelStatusSchema.parse({ champion, history, judged });
  });
});

describe('policy Manual', () => {
  const spec = { promotion: { policy: 'Manual' } };
  const model = modelWith({ champion: aChampion() }, spec);
  const good = complete('good', beside(newerDays), { seconds: 1 });
  const waiting = written(model, [good], decide(model, [good]));
  /** The Model with an approval in its spec. */
  const approve = (to: ModelResource, approvedRun = 'good', approvedVersion?: string): ModelResource => {
    const promotion = { ...to.spec!.promotion, approvedRun, ...(approvedVersion && { approvedVersion }) };
    return { ...to, generation: to.generation + 1, spec: { ...to.spec!, promotion } };
  };

  it('lets a qualifying run await approval, with the command that approves it', () => {
    const decision = decide(model, [good]);
    equal(decision.champion?.version, championVersion);
    const condition = decision.conditions.get('good')!;
    deepEqual([condition.status, condition.reason], ['Unknown', 'AwaitingApproval']);
    const patch = JSON.stringify({
      spec: { promotion: { approvedRun: 'good', approvedVersion: versionOf('good') } },
    });
    ok(condition.message.endsWith(`kubectl patch model aapl --type=merge -p '${patch}'`), condition.message);
  });

  it('announces it once', () => {
    const again = decide(waiting.model, waiting.runs, 3600);
    deepEqual([again.events, again.history], [[], waiting.model.status.history]);
    equal(again.conditions.get('good')!.reason, 'AwaitingApproval');
  });

  it('rejects a run that does not qualify', () => {
    const bad = complete('bad', beside({ championRmseRatio: '1.1' }));
    equal(decide(model, [bad]).conditions.get('bad')!.reason, 'Rejected');
  });

  it('promotes an approved run, whether approved before or after its judgement', () => {
    const later = decide(approve(waiting.model), waiting.runs, 3600);
    deepEqual([later.champion?.run, later.champion?.promotedAt], ['good', formatTime(at(3600))]);
    equal(later.conditions.get('good')!.status, 'True');
    deepEqual(
      later.history.slice(0, 2).map(({ reason }) => reason),
      ['Approved', 'AwaitingApproval'],
    );
    deepEqual(later.approval, { run: 'good', runUid: good.run.uid });
    equal(decide(approve(model), [good]).champion?.run, 'good');
    equal(decide(approve(model, 'good', versionOf('good')), [good]).champion?.run, 'good');
  });

  it('does not promote a run of that name with another version', () => {
    const decision = decide(approve(waiting.model, 'good', 'abababababab'), waiting.runs, 3600);
    equal(decision.champion?.version, championVersion);
    const { message } = decision.conditions.get('good')!;
    match(message, /approvedVersion is abababababab, and its version is [0-9a-f]{12}\./);
    deepEqual(
      decision.events.map(({ regarding, type, reason }) => [regarding.name, type, reason]),
      [['good', 'Warning', 'NotApproved']],
    );
  });

  it('does not promote a later run of the approved name', () => {
    const approved = written(
      approve(waiting.model),
      waiting.runs,
      decide(approve(waiting.model), waiting.runs, 3600),
    );
    const again = complete('good', beside({ championVersion: versionOf('good'), holdoutTo: '2018-09-09' }), {
      uid: 'again',
      version: 'abababababab',
      seconds: 4000,
    });
    const decision = decide(approved.model, [again], 4060);
    equal(decision.champion?.version, versionOf('good'));
    const condition = decision.conditions.get('good')!;
    equal(condition.reason, 'AwaitingApproval');
    match(condition.message, /approved an earlier run named good.*approvedVersion to abababababab/);
    const exact = decide(approve(approved.model, 'good', 'abababababab'), [again], 4060);
    equal(exact.champion?.version, 'abababababab');
  });

  it('keeps the approval of a run that was deleted, so that its successor is not approved', () => {
    const approved = approve(model);
    const running = { run: aRun({ name: 'good' }), status: {}, notSelected: null };
    const seen = written(approved, [running], { ...decide(approved, [running]), conditions: new Map() });
    const later = decide(seen.model, [complete('good', beside(newerDays), { uid: 'again' })]);
    equal(later.champion?.version, championVersion);
    equal(later.conditions.get('good')!.reason, 'AwaitingApproval');
  });

  it('forgets an approval that is taken back', () => {
    const first = decide(approve(model, 'other'), [complete('other', figures({ rmseRatio: '2' }))]);
    ok(first.approval);
    const seen = written(approve(model, 'other'), [], first);
    equal(decide({ ...seen.model, spec: model.spec }, []).approval, null);
  });

  it('is not fooled by the annotation of version 0.1, and names the field that approves', () => {
    const annotated = waiting.runs.map(({ run, ...rest }) => ({
      ...rest,
      run: { ...run, hasApprovalAnnotation: true },
    }));
    const decision = decide(waiting.model, annotated, 3600);
    equal(decision.champion?.version, championVersion);
    match(
      decision.conditions.get('good')!.message,
      /annotation bellwether\.dev\/approved.*promotion\.approvedRun/,
    );
    deepEqual(
      decision.events.map(({ regarding, type, reason }) => [regarding.kind, type, reason]),
      [['TrainingRun', 'Warning', 'NotApproved']],
    );
    const next = written(waiting.model, annotated, decision);
    deepEqual(decide(next.model, next.runs, 3700).events, []);
    equal(decide(approve(next.model), next.runs, 3800).champion?.run, 'good');
  });

  it('replaces the command in the messages that version 0.1 wrote', () => {
    const former = 'Good. It awaits approval: kubectl annotate trainingrun good bellwether.dev/approved=true';
    const history = waiting.model.status.history!.map(entry => ({ ...entry, message: former }));
    const stored = { ...waiting.model, status: { ...waiting.model.status, history } };
    const decision = decide(stored, waiting.runs, 3600);
    for (const message of [decision.history[0]!.message, decision.conditions.get('good')!.message])
      match(message, /^Good\. It awaits approval: kubectl patch model aapl .*"approvedRun":"good"/);
    deepEqual(decision.events, []);
  });

  it('does not count an approval as another look', () => {
    deepEqual(decide(approve(waiting.model), waiting.runs).judged, waiting.model.status.judged);
  });

  it('promotes a waiting run when the policy becomes Automatic', () => {
    const automatic = { ...waiting.model, spec: modelWith().spec };
    equal(decide(automatic, waiting.runs).champion?.run, 'good');
  });

  it('does not promote a run that was compared with another champion', () => {
    const status = {
      ...waiting.model.status,
      champion: aChampion({ run: 'pinned', version: 'dddddddddddd' }),
    };
    const decision = decide(approve({ ...waiting.model, status }), waiting.runs);
    equal(decision.champion?.version, 'dddddddddddd');
    deepEqual(
      [decision.history[0]!.outcome, decision.history[0]!.reason],
      ['Inconclusive', 'ChampionChanged'],
    );
    equal(decision.conditions.get('good')!.status, 'False');
  });

  it('does not promote a run that no longer meets the requirements', () => {
    const strict = modelWith(waiting.model.status, {
      promotion: { policy: 'Manual', requirements: { minimumAccuracy: 0.95 } },
    });
    equal(decide(approve(strict), waiting.runs).history[0]!.reason, 'AccuracyBelowFloor');
  });

  it('lets only the newest run wait, even when an older one is approved', () => {
    const better = complete('better', beside({ holdoutTo: '2018-07-08' }), { seconds: 90 });
    const decision = decide(approve(waiting.model), [...waiting.runs, better], 100);
    equal(decision.champion?.version, championVersion);
    equal(decision.history[0]!.reason, 'Superseded');
    match(decision.conditions.get('good')!.message, /newer run better/);
    equal(decision.conditions.get('better')!.reason, 'AwaitingApproval');
  });

  it('keeps an approved run waiting while another version is pinned', () => {
    const pinned = modelWith(waiting.model.status, { ...spec, pinnedRun: 'before' });
    const decision = decide(approve(pinned), waiting.runs);
    equal(decision.champion?.version, championVersion);
    equal(decision.conditions.get('good')!.reason, 'AwaitingApproval');
  });
});

describe('a run that finds the artifacts of the champion altered', () => {
  const model = modelWith({ champion: aChampion() });
  const damaged = (championProblem: string) =>
    figures({ ...newerDays, championVersion, championComparable: 'false', championProblem });
  const run = complete('spoiler', damaged('Altered'), { seconds: 1 });
  const decided = written(model, [run], decide(model, [run]));

  it('is not promoted, with a warning on both that has its own reason', () => {
    const { champion, history, events } = decide(model, [run]);
    equal(champion?.version, championVersion);
    deepEqual([history[0]!.outcome, history[0]!.reason], ['Inconclusive', 'ChampionAltered']);
    deepEqual(
      events.map(({ regarding, type, reason }) => [regarding.kind, type, reason]),
      [
        ['TrainingRun', 'Warning', 'ChampionAltered'],
        ['Model', 'Warning', 'ChampionAltered'],
      ],
    );
  });

  it('is not promoted later either, also when nothing serves any more', () => {
    const again = decide(decided.model, decided.runs, 3600, true);
    deepEqual([again.champion?.version, again.events], [championVersion, []]);
  });

  it('is promoted when the Model approves it, with either policy', () => {
    for (const policy of ['Automatic', 'Manual']) {
      const { spec } = modelWith({}, { promotion: { policy, approvedRun: 'spoiler' } });
      const decision = decide({ ...decided.model, spec }, decided.runs, 3600);
      equal(decision.champion?.run, 'spoiler');
      deepEqual([decision.history[0]!.outcome, decision.history[0]!.reason], ['Promoted', 'Approved']);
      const next = written({ ...decided.model, spec }, decided.runs, decision);
      deepEqual(decide(next.model, next.runs, 3700).events, []);
    }
  });

  it('is promoted when it is pinned', () => {
    const { spec } = modelWith({}, { pinnedRun: 'spoiler' });
    equal(decide({ ...decided.model, spec }, decided.runs, 3600).champion?.run, 'spoiler');
  });

  it('is promoted if they are missing and no server is ready, as after the loss of a volume', () => {
    const lost = complete('retrained', damaged('Missing'), { seconds: 1 });
    equal(decide(model, [lost], 60).history[0]!.reason, 'ChampionMissing');
    const decision = decide(model, [lost], 60, true);
    deepEqual([decision.champion?.run, decision.history[0]!.reason], ['retrained', 'ChampionLost']);
  });
});

describe('a run that the Model does not select', () => {
  const cause = { reason: 'NotSelected', message: 'its labels do not match team=quant' };
  const other = { ...complete('other', figures()), notSelected: cause };

  it('is neither judged nor a look at its holdout, and its condition has the cause', () => {
    const decision = decide(modelWith(), [other]);
    deepEqual([decision.champion, decision.history, decision.judged, decision.events], [null, [], [], []]);
    const { status, reason, message } = decision.conditions.get('other')!;
    deepEqual({ status, reason, message }, { status: 'False', ...cause });
  });

  it('cannot be approved', () => {
    const approving = modelWith({}, { promotion: { approvedRun: 'other' } });
    deepEqual([decide(approving, [other]).champion, decide(approving, [other]).approval], [null, null]);
  });

  it('is not what a pin refers to: a pin refers to a run of that name that was judged', () => {
    const judged = complete('other', figures(), { uid: 'first', version: 'abababababab' });
    const later = complete('later', beside({ championVersion: 'abababababab', ...newerDays }), {
      seconds: 9,
    });
    const state = written(modelWith(), [judged, later], decide(modelWith(), [judged, later]));
    const pinned = { ...state.model, spec: modelWith({}, { pinnedRun: 'other' }).spec };
    equal(decide(pinned, [other]).champion?.version, 'abababababab');
    match(decide(modelWith({}, { pinnedRun: 'other' }), [other]).pinProblem!, /no run of that name/);
  });

  it('is judged once it is selected', () => {
    const seen = written(modelWith(), [other], decide(modelWith(), [other]));
    const selected = seen.runs.map(run => ({ ...run, notSelected: null }));
    equal(decide(seen.model, selected).champion?.run, 'other');
  });

  it('keeps the outcome that it has', () => {
    const run = complete('first', figures());
    const judged = written(modelWith(), [run], decide(modelWith(), [run]));
    const later = judged.runs.map(one => ({ ...one, notSelected: cause }));
    const decision = decide(judged.model, later, 600);
    equal(decision.champion?.run, 'first');
    equal(decision.conditions.get('first')!.reason, 'Promoted');
  });
});

describe('pinnedRun', () => {
  const old = complete('old', figures(), { seconds: 1 });
  const young = complete('young', beside({ championVersion: versionOf('old'), ...newerDays }), {
    seconds: 2,
  });
  const state = written(modelWith(), [old, young], decide(modelWith(), [old, young]));
  const pin = (pinnedRun: string, generation = 2) => ({
    ...state.model,
    generation,
    spec: modelWith({}, { pinnedRun }).spec,
  });

  it('rolls back to a run that exists', () => {
    const decision = decide(pin('old'), state.runs, 100);
    deepEqual([decision.champion?.run, decision.champion?.version], ['old', versionOf('old')]);
    deepEqual([decision.history[0]!.outcome, decision.history[0]!.run], ['Pinned', 'old']);
    match(decision.history[0]!.message, /pinnedRun.*version [0-9a-f]{12} of run young/);
    equal(decision.pinProblem, null);
    equal(decision.conditions.get('old')!.status, 'True');
  });

  it('rolls back to a deleted run in the history', () => {
    const decision = decide(pin('old'), [], 100);
    equal(decision.champion?.version, versionOf('old'));
    deepEqual(
      decision.events.map(({ regarding }) => regarding.kind),
      ['Model'],
    );
  });

  it('is recorded once and stays in effect', () => {
    const decided = written(pin('old'), state.runs, decide(pin('old'), state.runs, 100));
    const again = decide(decided.model, decided.runs, 200);
    deepEqual([again.champion, again.events], [decided.model.status.champion, []]);
  });

  it('refers to the newest run of that name', () => {
    const again = complete('old', figures(), { uid: 'again', version: 'abababababab', seconds: 50 });
    equal(decide(pin('old'), [again], 100).champion?.version, 'abababababab');
  });

  it('does not move to a later run of the same name', () => {
    const pinned = written(pin('old'), state.runs, decide(pin('old'), state.runs, 100));
    const again = complete('old', figures(), { uid: 'again', version: 'abababababab', seconds: 150 });
    const decision = decide({ ...pinned.model, generation: 3 }, [again], 200);
    equal(decision.champion?.version, versionOf('old'));
    deepEqual(
      [decision.history[0]!.outcome, decision.history[0]!.reason],
      ['Inconclusive', 'ChampionChanged'],
    );
  });

  it('uses the version in the history while a new run of that name is running', () => {
    const busy = { run: aRun({ name: 'old', uid: 'again' }), status: {}, notSelected: null };
    equal(decide(pin('old'), [busy], 100).champion?.version, versionOf('old'));
  });

  it('reports an unknown run and leaves the champion', () => {
    const decision = decide(pin('unknown'), state.runs, 100);
    equal(decision.champion?.run, 'young');
    match(decision.pinProblem!, /pinnedRun is unknown.*run young/);
    match(decide(modelWith({}, { pinnedRun: 'unknown' }), []).pinProblem!, /pinnedRun is unknown[^;]*$/);
  });

  it('judges challengers without promoting them', () => {
    const challenger = complete(
      'challenger',
      beside({ championVersion: versionOf('young'), holdoutTo: '2018-08-01' }),
      { seconds: 99 },
    );
    const decision = decide(pin('young'), [...state.runs, challenger], 100);
    equal(decision.champion?.run, 'young');
    deepEqual([decision.history[0]!.outcome, decision.history[0]!.reason], ['Inconclusive', 'Pinned']);
    match(decision.history[0]!.message, /pinned to run young/);
    equal(decide(state.model, [...state.runs, challenger], 100).champion?.run, 'challenger');
  });

  it('may name an unfinished run, which becomes the champion when it completes', () => {
    const model = modelWith({ champion: aChampion() }, { pinnedRun: 'soon' });
    const bad = complete('soon', beside({ championRmseRatio: '2' }));
    const decision = decide(model, [bad]);
    equal(decision.champion?.run, 'soon');
    deepEqual(
      decision.history.map(({ outcome }) => outcome),
      ['Pinned'],
    );
  });

  it('leaves the champion when it is removed', () => {
    const pinned = written(pin('old'), state.runs, decide(pin('old'), state.runs, 100));
    const decision = decide({ ...pinned.model, spec: modelWith().spec, generation: 3 }, pinned.runs, 200);
    equal(decision.champion?.run, 'old');
  });

  it('does not retry a version whose rollout failed until the spec changes', () => {
    const failure = {
      run: 'old',
      version: versionOf('old'),
      outcome: 'RolloutFailed' as const,
      reason: 'RolloutFailed',
      message: 'No server became ready.',
      time: formatTime(at(90)),
    };
    const status = { ...state.model.status, history: [failure, ...state.model.status.history!] };
    const model = { ...pin('old'), status: { ...status, observedGeneration: 2 } };
    const decision = decide(model, state.runs, 100);
    equal(decision.champion?.run, 'young');
    match(decision.pinProblem!, /pinnedRun old.*No server became ready\./);
    equal(decide({ ...model, generation: 3 }, state.runs, 100).champion?.run, 'old');
  });

  it('does not move to a later run of the same name when its rollout has failed', () => {
    const pinned = written(pin('old'), state.runs, decide(pin('old'), state.runs, 100));
    const champion = aChampion({ run: 'young', version: versionOf('young') });
    const failed = { ...pinned.model, status: { ...pinned.model.status, champion } };
    const again = complete('old', figures(), { uid: 'again', version: 'abababababab', seconds: 150 });
    for (const generation of [2, 3]) {
      equal(decide({ ...failed, generation }, [again], 200).champion?.version, versionOf('old'));
    }
    const removed = decide({ ...failed, spec: modelWith().spec, generation: 3 }, [again], 200);
    equal(removed.pin, null);
    const repinned = { ...failed, status: { ...failed.status, pin: undefined }, generation: 4 };
    equal(decide(repinned, [again], 300).champion?.version, 'abababababab');
  });
});

describe('a rollout that failed', () => {
  it('sets the condition of the run', () => {
    const run = complete('sick', figures());
    const read = written(modelWith(), [run], decide(modelWith(), [run]));
    const [entry] = read.model.status.history!;
    const failure = { ...entry!, outcome: 'RolloutFailed' as const, message: 'No server became ready.' };
    const model = { ...read.model, status: { ...read.model.status, history: [failure, entry!] } };
    const condition = decide(model, read.runs, 500).conditions.get('sick')!;
    deepEqual(
      [condition.status, condition.reason, condition.message],
      ['False', 'RolloutFailed', 'No server became ready.'],
    );
  });
});

describe('a Model whose spec is invalid', () => {
  it('keeps its champion and judges no run', () => {
    const model = { ...modelWith({ champion: aChampion() }), spec: null };
    const decision = decide(model, [complete('good', beside({ ...newerDays, ...gain }))]);
    equal(decision.champion?.version, championVersion);
    deepEqual([decision.history, decision.judged, decision.events], [[], [], []]);
    ok(decision.conditions.get('good')!.status === 'Unknown');
  });
});

describe('many runs at once, as after a Model was deleted and created again', () => {
  it('are each judged once, even those that its history has no room for', () => {
    const names = Array.from({ length: 3 * historyLimit }, (_, index) => `run-${index}`);
    const runs = names.map((name, index) => complete(name, figures(), { uid: name, seconds: index }));
    const first = decide(modelWith(), runs);
    equal(first.events.length, 2 * names.length);
    ok(names.every(name => first.conditions.get(name)?.status !== 'Unknown'));
    const next = written(modelWith(), runs, first);
    const second = decide(next.model, next.runs, 61);
    deepEqual(second.events, []);
    deepEqual(second.history, first.history);
    deepEqual(second.conditions, first.conditions);
  });
});
