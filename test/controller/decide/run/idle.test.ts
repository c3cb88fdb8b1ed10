import assert from 'node:assert/strict';
import {
  aJob,
  aModel,
  anEndedPod,
  aPendingPod,
  aPod,
  aRun,
  aSpec,
  aSucceededPod,
  at,
} from '../../builders.ts';
import { actionsOf, conditionOf, decided, eventsOf, messageOf, runAt, statesOf, written } from './views.ts';

const suspend = aSpec({ model: 'aapl', suspend: true, activeDeadlineSeconds: 100 });
const resumed = aSpec({ model: 'aapl', activeDeadlineSeconds: 100 });

describe('a run that is held', () => {
  it('begins nothing', () => {
    for (const model of [aModel(), null]) {
      const decision = decided({ run: aRun({ spec: suspend }), model });
      assert.deepEqual(actionsOf(decision), []);
      assert.equal(decision.status.phase, 'Suspended');
      assert.equal(conditionOf(decision, 'Suspended'), 'True Suspended');
      assert.equal(decision.status.startTime, undefined);
      assert.deepEqual(eventsOf(decision), ['Normal Suspended']);
    }
  });

  for (const stage of ['Fetch', 'Features', 'Train', 'Evaluate'] as const) {
    it(`holds the Job of ${stage}, and lets it go again`, () => {
      const run = { ...runAt(stage), spec: suspend };
      const job = aJob(run, stage);
      const hold = decided({ now: at(10), run, jobs: [job], pods: [aPod(job)] });
      assert.deepEqual(actionsOf(hold), [`Suspend ${job.name}`]);
      const still = written(run, hold);
      const heldJob = { ...job, suspended: true, active: 0 };
      const quiet = decided({ now: at(5000), run: still, jobs: [heldJob] });
      assert.deepEqual(
        [quiet.status, quiet.actions, quiet.events, quiet.requeueAt],
        [still.status, [], [], null],
      );
      const free = { ...still, spec: resumed };
      const go = decided({ now: at(5000), run: free, jobs: [heldJob] });
      assert.deepEqual(actionsOf(go), [`Resume ${job.name}`]);
      assert.deepEqual(eventsOf(go), ['Normal Resumed']);
      assert.equal(conditionOf(go, 'Suspended'), 'False NotSuspended');
      assert.equal(go.requeueAt, at(5100), 'the deadline starts anew');
      const on = decided({ now: at(5001), run: written(free, go), jobs: [job], pods: [aPod(job)] });
      assert.deepEqual([on.status, on.actions, on.events], [go.status, [], []]);
    });
  }

  it('holds only the very Job that was observed, as it was', () => {
    const run = { ...runAt('Train'), spec: suspend };
    const job = aJob(run, 'Train', { resourceVersion: '41' });
    const [hold] = decided({ now: at(10), run, jobs: [job], pods: [aPod(job)] }).actions;
    const metadata = { uid: job.uid, resourceVersion: '41' };
    assert.deepEqual(hold?.kind === 'Merge' && hold.patch, { metadata, spec: { suspend: true } });
  });

  it('keeps what has succeeded meanwhile, and begins nothing after it', () => {
    const run = { ...runAt('Fetch'), spec: suspend };
    const job = aJob(run, 'Fetch');
    const decision = decided({ run, jobs: [job], pods: [aSucceededPod(job)] });
    assert.equal(statesOf(decision), 'Succeeded Pending Pending Pending');
    assert.deepEqual(actionsOf(decision), []);
    const go = decided({
      now: at(60),
      run: { ...written(run, decision), spec: resumed },
      jobs: [job],
      pods: [],
    });
    assert.deepEqual(actionsOf(go), ['Create Job aapl-1-features']);
  });

  it('ends all the same when its last stage ended', () => {
    const run = { ...runAt('Evaluate'), spec: suspend };
    const job = aJob(run, 'Evaluate');
    assert.equal(decided({ run, jobs: [job], pods: [aSucceededPod(job)] }).status.phase, 'Complete');
    const failed = decided({ run, jobs: [job], pods: [anEndedPod(job, { exitCode: 65 })] });
    assert.equal(failed.status.phase, 'Failed');
    assert.equal(conditionOf(failed, 'Suspended'), 'False NotSuspended');
  });

  it('has no deadline for pods that are not to start', () => {
    const run = { ...runAt('Train'), spec: suspend };
    const job = aJob(run, 'Train', { suspended: true, active: 0 });
    const decision = decided({
      now: at(5000),
      run,
      jobs: [job],
      pods: [aPendingPod(job, { deleting: true })],
    });
    assert.equal(decision.status.phase, 'Suspended');
  });

  it('gives a Job that makes no pod the whole start deadline after it is let go', () => {
    const hold = decided({ now: at(10), run: { ...runAt('Train'), spec: suspend } });
    const free = { ...written(runAt('Train'), hold), spec: aSpec({ model: 'aapl' }) };
    const job = aJob(free, 'Train', { active: 0 });
    const go = decided({ now: at(1000), run: free, jobs: [job] });
    assert.deepEqual([go.status.phase, go.requeueAt], ['Running', at(1300)]);
  });
});

describe('a run that queues', () => {
  it('says whom it waits for, and begins nothing', () => {
    for (const model of [aModel(), null]) {
      const decision = decided({ blockedBy: 'aapl-0', model });
      assert.deepEqual(actionsOf(decision), []);
      assert.equal(conditionOf(decision, 'Complete'), 'Unknown Queued');
      assert.equal(conditionOf(decision, 'Failed'), 'Unknown Queued');
      assert.match(messageOf(decision, 'Complete'), /run aapl-0/);
      assert.equal(decision.status.phase, 'Pending');
    }
  });

  it('starts when its turn comes', () => {
    const decision = decided({ now: at(60), run: written(aRun(), decided({ blockedBy: 'aapl-0' })) });
    assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-fetch']);
    assert.equal(decision.status.startTime, '2026-11-23T12:01:00Z');
  });

  it('holds a Job that works out of turn', () => {
    const run = runAt('Train');
    const job = aJob(run, 'Train');
    const decision = decided({ run, jobs: [job], pods: [aPod(job)], blockedBy: 'aapl-0' });
    assert.deepEqual(actionsOf(decision), ['Suspend aapl-1-train']);
  });
});

describe("a run's Model", () => {
  it('is made with the defaults when it is not there, and the run starts once it is', () => {
    const decision = decided({ model: null });
    assert.deepEqual(actionsOf(decision), ['Create Model aapl']);
    assert.equal(decision.status.phase, 'Pending');
    assert.equal(conditionOf(decision, 'Complete'), 'Unknown CreatingModel');
    const next = decided({ run: written(aRun(), decision) });
    assert.deepEqual(actionsOf(next), ['Create Job aapl-1-fetch']);
    assert.deepEqual(eventsOf(next), ['Normal Started']);
  });

  it('is waited for while it is being deleted, before the run has started', () => {
    const decision = decided({ model: aModel({ deleting: true }) });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(conditionOf(decision, 'Complete'), 'Unknown ModelDeleting');
  });

  it('is waited for while its spec cannot be used', () => {
    const decision = decided({ model: aModel({ spec: null, problems: ['serving.replicas: too many'] }) });
    assert.deepEqual(actionsOf(decision), []);
    assert.match(messageOf(decision, 'Complete'), /serving\.replicas: too many/);
  });
});
