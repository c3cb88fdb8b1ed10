import assert from 'node:assert/strict';
import { modelStatusSchema } from '../../../../src/api/model.ts';
import { decideServing } from '../../../../src/controller/decide/serving/decide-serving.ts';
import type { ServingInput } from '../../../../src/controller/decide/types.ts';
import { formatTime } from '../../../../src/controller/time.ts';
import { aModel, aServer, at, someSettings } from '../../builders.ts';
import {
  actionFor,
  anInput,
  carriedOut,
  challenged,
  championOf,
  condition,
  deploymentOf,
  objectFor,
  one,
  promotionOf,
  rolloutOf,
  settled,
  specOf,
  statusAfter,
  two,
} from './builders.ts';

const halfWay = { replicas: 2, updatedReplicas: 1, availableReplicas: 1, readyReplicas: 1 };
const exceeded = { status: 'False', reason: 'ProgressDeadlineExceeded', message: '' };

function rolling(serving = {}): ServingInput {
  const input = challenged(settled(serving));
  const next = carriedOut(input, decideServing(input), halfWay);
  return { ...next, pods: [aServer(one), aServer(two, { name: 'aapl-new', ready: false })] };
}

function versionOf(input: ServingInput): string | null {
  return deploymentOf(objectFor(decideServing(input).actions, 'Deployment')).version;
}

function mine(input: ServingInput, fields = {}) {
  assert.ok(input.deployment);
  return { ...input.deployment, ...fields };
}

function respecified(input: ServingInput, serving: Record<string, unknown>): ServingInput {
  return { ...input, model: { ...input.model, generation: 2, spec: specOf(serving) } };
}

describe('decide serving: a rollout', () => {
  it('creates the Deployment of the first champion and requeues for its deadline', () => {
    const decision = decideServing(anInput());
    assert.equal(actionFor(decision.actions, 'Deployment')?.kind, 'Create');
    assert.deepEqual(decision.status.rollout, rolloutOf(one));
    assert.equal(decision.status.serving, undefined);
    assert.equal(decision.requeueAt, at(300));
    assert.deepEqual(
      decision.events.map(({ reason }) => reason),
      ['RollingOut'],
    );
  });

  it('is announced by the next decision if the Deployment was changed and the status could not be written', () => {
    const input = challenged(settled());
    const changed = carriedOut(input, decideServing(input), halfWay);
    const { rollout: _, ...status } = { ...changed.model.status, ...input.model.status };
    for (const rollout of [undefined, input.model.status.rollout]) {
      const model = { ...changed.model, status: { ...status, ...(rollout && { rollout }) } };
      const decision = decideServing({ ...changed, model });
      assert.equal(decision.status.rollout?.state, 'Progressing');
      assert.deepEqual(
        decision.events.map(({ reason }) => reason),
        ['RollingOut'],
      );
    }
  });

  it('of another template has a deadline even if the status of its start could not be written', () => {
    const input = respecified(settled(), { podTemplate: { labels: { team: 'a' } } });
    const changed = carriedOut(input, decideServing(input), halfWay);
    const lost = { ...changed, model: { ...changed.model, status: input.model.status } };
    const decision = decideServing(lost);
    assert.deepEqual(decision.status.rollout, rolloutOf(one, { observedGeneration: 2 }));
    assert.equal(decision.requeueAt, at(300));
  });

  it('changes no Deployment before there is a champion', () => {
    const input = { ...settled(), promotion: promotionOf(null) };
    assert.deepEqual(decideServing(input).actions, []);
    assert.equal(
      actionFor(decideServing(anInput({ promotion: promotionOf(null) })).actions, 'Deployment'),
      undefined,
    );
  });

  it('is complete when all servers have the new version and are available', () => {
    const input = rolling();
    const incomplete = [
      { observedGeneration: 0 },
      { updatedReplicas: 0 },
      { replicas: 2 },
      { availableReplicas: 0 },
      { deleting: true },
    ];
    const complete = { replicas: 1, updatedReplicas: 1, availableReplicas: 1 };
    for (const fields of incomplete) {
      const decision = decideServing({ ...input, deployment: mine(input, { ...complete, ...fields }) });
      assert.equal(decision.status.rollout?.state, 'Progressing', JSON.stringify(fields));
      assert.equal(decision.status.serving?.version, one);
    }
    const decision = decideServing({ ...input, deployment: mine(input, complete), now: at(400) });
    assert.equal(decision.status.rollout?.state, 'Complete');
    assert.deepEqual(decision.status.serving, { run: 'run-2', version: two, since: formatTime(at(400)) });
    assert.deepEqual(
      decision.events.map(({ reason }) => reason),
      ['RolledOut'],
    );
    assert.equal(decision.requeueAt, null);
  });

  it('starts again when yet another version is promoted', () => {
    const input = { ...challenged(rolling(), '333333333333'), now: at(200) };
    const { rollout, serving } = decideServing(input).status;
    assert.deepEqual(rollout, rolloutOf('333333333333', { startedAt: formatTime(at(200)) }));
    assert.equal(serving?.version, one);
  });

  it('continues while scaling, with the same deadline', () => {
    const input = { ...respecified(rolling(), { replicas: 3 }), now: at(100) };
    assert.deepEqual(decideServing(input).status.rollout, rolloutOf(two));
  });
});

describe('decide serving: a failed rollout', () => {
  it('rolls back to the last good version at the deadline, and reports it everywhere', () => {
    const input = rolling();
    assert.equal(decideServing({ ...input, now: at(299) }).status.rollout?.state, 'Progressing');
    const decision = decideServing({ ...input, now: at(300) });
    assert.equal(deploymentOf(objectFor(decision.actions, 'Deployment')).version, one);
    assert.deepEqual(decision.champion, { run: 'run-1', version: one, promotedAt: formatTime(at(0)) });
    const [entry] = decision.history;
    assert.deepEqual(
      [entry?.outcome, entry?.version, entry?.runUid, entry?.time],
      ['RolloutFailed', two, 'uid-of-run-2', formatTime(at(300))],
    );
    assert.deepEqual(
      decision.events.map(({ type, reason }) => [type, reason]),
      [['Warning', 'RolloutFailed']],
    );
    assert.equal(condition(decision, 'Ready').status, 'True');
    modelStatusSchema.parse(statusAfter(decision));
  });

  it('is logged with the run that was rolled out, like all of a rollout', () => {
    const notesOf = (input: ServingInput) =>
      decideServing(input).notes.map(({ run, reason }) => `${run} ${reason}`);
    assert.deepEqual(notesOf(challenged(settled())), ['run-2 RollingOut']);
    const input = { ...rolling(), now: at(300) };
    assert.deepEqual(notesOf(input), ['run-2 RolloutFailed']);
    const complete = mine(rolling(), { replicas: 1, updatedReplicas: 1, availableReplicas: 1 });
    assert.deepEqual(notesOf({ ...rolling(), deployment: complete }), ['run-2 RolledOut']);
  });

  it('stays in the status after the last good version is restored', () => {
    let input: ServingInput = { ...rolling(), now: at(300) };
    for (let i = 0; i < 3; i++) input = carriedOut(input, decideServing(input), {});
    const decision = decideServing({ ...input, now: at(900) });
    assert.deepEqual(decision.actions, []);
    assert.deepEqual(decision.events, []);
    assert.deepEqual(statusAfter(decision), input.model.status);
    assert.equal(condition(decision, 'Progressing').reason, 'RolloutFailed');
    assert.equal(condition(decision, 'Ready').status, 'True');
    assert.equal(decision.champion?.version, one);
    assert.equal(decision.requeueAt, null);
  });

  it('takes the time and figures of the last good version from the history', () => {
    const input = { ...rolling(), now: at(300) };
    const metrics = { rmse: '0.01' };
    const crowned = {
      run: 'run-1',
      version: one,
      reason: 'x',
      message: '',
      time: formatTime(at(-60)),
      metrics,
    };
    const history = [...input.promotion.history, { ...crowned, outcome: 'Promoted' as const }];
    const decision = decideServing({ ...input, promotion: { ...input.promotion, history } });
    assert.deepEqual(decision.champion, {
      run: 'run-1',
      version: one,
      promotedAt: formatTime(at(-60)),
      metrics,
    });
  });

  it('adds the cause that a server reports only after the deadline', () => {
    const asked = anInput();
    const input = carriedOut(asked, decideServing(asked), { availableReplicas: 0 });
    const waiting = { ...input, pods: [aServer(one, { ready: false })] };
    const failed = decideServing({ ...waiting, now: at(300) });
    assert.match(failed.status.rollout?.message ?? '', /no server reported a cause/);
    const lastTerminated = {
      exitCode: 66,
      reason: 'Error',
      message: 'InputAltered: a file was altered',
      startedAt: null,
      finishedAt: null,
    };
    const later = carriedOut({ ...waiting, now: at(301) }, failed, { availableReplicas: 0 });
    const explained = decideServing({ ...later, pods: [aServer(one, { ready: false, lastTerminated })] });
    assert.match(condition(explained, 'Ready').message, /exit code 66: InputAltered/);
    assert.deepEqual(explained.events, []);
    const pods = [aServer(one, { ready: false, lastTerminated, restarts: 3 })];
    const again = decideServing({ ...carriedOut(later, explained, { availableReplicas: 0 }), pods });
    assert.equal(again.status.rollout?.message, explained.status.rollout?.message);
  });

  it('changes nothing without a last good version, until it succeeds after all', () => {
    const asked = anInput();
    const input = carriedOut(asked, decideServing(asked), { availableReplicas: 0 });
    const failed = decideServing({ ...input, now: at(300) });
    assert.equal(failed.status.rollout?.state, 'Failed');
    assert.deepEqual([failed.actions, failed.history, failed.champion?.version], [[], [], one]);
    const next = carriedOut({ ...input, now: at(600) }, failed, { availableReplicas: 1 });
    const healed = decideServing(next);
    assert.equal(healed.status.rollout?.state, 'Complete');
    assert.equal(healed.status.serving?.version, one);
    assert.equal(condition(healed, 'Progressing').reason, 'Complete');
  });

  it('retries a version only with another spec', () => {
    let input: ServingInput = { ...rolling(), now: at(300) };
    for (let i = 0; i < 2; i++) input = carriedOut(input, decideServing(input), {});
    // A pinned version stays the target; the status records that its rollout has failed.
    const pinned = { ...input, promotion: promotionOf(championOf(two)), now: at(400) };
    const changed = { ...pinned, model: { ...pinned.model, generation: 2 } };
    assert.equal(versionOf(changed), two);
    assert.deepEqual(
      decideServing(changed).status.rollout,
      rolloutOf(two, { startedAt: formatTime(at(400)), observedGeneration: 2 }),
    );
    const asked = decideServing(pinned);
    assert.deepEqual([asked.actions, asked.champion?.version], [[], one]);
  });

  it('with a changed spec of the same version leaves the old servers, and reports it', () => {
    const asked = respecified(settled(), { resources: { requests: { cpu: '64' } } });
    const input = {
      ...carriedOut(asked, decideServing(asked), { ...halfWay, progressing: exceeded }),
      pods: [aServer(one), aServer(one, { name: 'aapl-new', ready: false, unschedulable: 'no cpu' })],
      now: at(300),
    };
    const decision = decideServing(input);
    assert.deepEqual([decision.actions, decision.history, decision.champion?.version], [[], [], one]);
    assert.equal(condition(decision, 'Ready').status, 'True');
    assert.match(condition(decision, 'Progressing').message, /no cpu.*previous spec/);
  });

  it('is not caused by slow progress, nor by an old failure of the Deployment', () => {
    const input = rolling();
    const pods = [aServer(one), aServer(two, { name: 'aapl-new' })];
    const state = (fields: Partial<ServingInput>) =>
      decideServing({ ...input, ...fields }).status.rollout?.state;
    assert.equal(state({ pods, now: at(400) }), 'Progressing');
    const late = mine(input, { progressing: exceeded });
    assert.equal(state({ pods, deployment: late, now: at(400) }), 'Failed');
    assert.equal(state({ deployment: late, now: at(5) }), 'Progressing');
  });

  it('is not caused by scaling, nor by zero replicas', () => {
    const scaled = respecified(settled(), { replicas: 9 });
    const after = carriedOut(scaled, decideServing(scaled), { availableReplicas: 1, progressing: exceeded });
    assert.equal(decideServing({ ...after, now: at(9000) }).status.rollout?.state, 'Complete');

    const asked = anInput({ model: aModel({ spec: specOf({ replicas: 0 }) }) });
    const none = { ...carriedOut(asked, decideServing(asked)), now: at(9000) };
    const decision = decideServing(none);
    assert.equal(decision.status.rollout?.state, 'Progressing');
    assert.equal(decision.status.serving, undefined);
    assert.equal(decision.requeueAt, null);
    const up = respecified(none, { replicas: 1 });
    assert.equal(decideServing(up).status.rollout?.startedAt, formatTime(at(9000)));
    assert.equal(decideServing(up).requeueAt, at(9300));
  });
});

describe('decide serving: the Deployment', () => {
  const input = settled();
  it('does not change with promotion rules, the schedule or the time', () => {
    const spec = { ...specOf(), promotion: { ...specOf().promotion, policy: 'Manual' as const } };
    const model = { ...input.model, generation: 2, spec };
    assert.deepEqual(decideServing({ ...input, model, now: at(500) }).actions, []);
  });

  it("changes with the operator's image", () => {
    const decision = decideServing({
      ...input,
      settings: someSettings({ image: 'bellwether:next' }),
      now: at(9),
    });
    assert.equal(actionFor(decision.actions, 'Deployment')?.kind, 'Apply');
    assert.equal(decision.status.rollout?.startedAt, formatTime(at(9)));
  });

  it('is scaled back when it was scaled directly', () => {
    const decision = decideServing({ ...input, deployment: mine(input, { specReplicas: 5, replicas: 5 }) });
    assert.equal(actionFor(decision.actions, 'Deployment')?.kind, 'Apply');
    assert.equal(decision.status.rollout?.state, 'Complete');
  });

  it('does not change while it is being deleted', () => {
    assert.deepEqual(
      decideServing({ ...challenged(input), deployment: mine(input, { deleting: true }) }).actions,
      [],
    );
  });

  it('does not change when it has another owner, the Model is being deleted or the spec is invalid', () => {
    const other = challenged(input);
    const { model } = other;
    const strange = { ...other, deployment: mine(input, { ownerUid: 'another-owner' }) };
    assert.equal(actionFor(decideServing(strange).actions, 'Deployment'), undefined);
    assert.deepEqual(decideServing({ ...other, model: { ...model, deleting: true } }).actions, []);
    assert.deepEqual(decideServing({ ...other, model: { ...model, spec: null } }).actions, []);
  });
});

describe('decide serving: an action that was not carried out', () => {
  const unapplied = (input: ServingInput, seconds: number): ServingInput => ({
    ...input,
    model: { ...input.model, status: statusAfter(decideServing(input)) },
    now: at(seconds),
  });

  it('does not extend the deadline of a new version', () => {
    const decision = decideServing(unapplied(challenged(settled()), 50));
    assert.equal(decision.status.rollout?.startedAt, formatTime(at(0)));
    assert.equal(actionFor(decision.actions, 'Deployment')?.kind, 'Apply');
  });

  it('leaves a failure in the status, which is announced once', () => {
    const failed = { ...rolling(), now: at(300) };
    const { champion, history } = decideServing(failed);
    const decision = decideServing({
      ...unapplied(failed, 310),
      promotion: promotionOf(champion, { history }),
    });
    assert.equal(decision.status.rollout?.state, 'Failed');
    assert.deepEqual(decision.events, []);
    assert.equal(deploymentOf(objectFor(decision.actions, 'Deployment')).version, one);
  });

  it('announces a failure without a good version once', () => {
    const asked = anInput();
    const down = { ...carriedOut(asked, decideServing(asked), { availableReplicas: 0 }), now: at(300) };
    assert.equal(decideServing(down).events.length, 1);
    assert.deepEqual(decideServing(unapplied(down, 900)).events, []);
  });
});

it('decide serving: serving.since is unchanged by changes of the same version', () => {
  const asked = respecified(settled(), { resources: { requests: { cpu: '1' } } });
  const done = { ...carriedOut(asked, decideServing(asked)), now: at(60) };
  const { rollout, serving } = decideServing(done).status;
  assert.deepEqual([rollout?.state, serving?.since], ['Complete', formatTime(at(0))]);
});
