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

describe('a suspended run', () => {
  it('starts nothing', () => {
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
    it(`suspends the Job of ${stage}, and resumes it`, () => {
      const run = { ...runAt(stage), spec: suspend };
      const job = aJob(run, stage);
      const decision = decided({ now: at(10), run, jobs: [job], pods: [aPod(job)] });
      assert.deepEqual(actionsOf(decision), [`Suspend ${job.name}`]);
      const suspendedRun = written(run, decision);
      const suspendedJob = { ...job, suspended: true, active: 0 };
      const repeated = decided({ now: at(5000), run: suspendedRun, jobs: [suspendedJob] });
      assert.deepEqual(
        [repeated.status, repeated.actions, repeated.events, repeated.requeueAt],
        [suspendedRun.status, [], [], null],
      );
      const resumedRun = { ...suspendedRun, spec: resumed };
      const resumption = decided({ now: at(5000), run: resumedRun, jobs: [suspendedJob] });
      assert.deepEqual(actionsOf(resumption), [`Resume ${job.name}`]);
      assert.deepEqual(eventsOf(resumption), ['Normal Resumed']);
      assert.equal(conditionOf(resumption, 'Suspended'), 'False NotSuspended');
      assert.equal(resumption.requeueAt, at(5100), 'the deadline starts again');
      const next = decided({
        now: at(5001),
        run: written(resumedRun, resumption),
        jobs: [job],
        pods: [aPod(job)],
      });
      assert.deepEqual([next.status, next.actions, next.events], [resumption.status, [], []]);
    });
  }

  it('suspends only the Job with the observed uid and resourceVersion', () => {
    const run = { ...runAt('Train'), spec: suspend };
    const job = aJob(run, 'Train', { resourceVersion: '41' });
    const [action] = decided({ now: at(10), run, jobs: [job], pods: [aPod(job)] }).actions;
    const metadata = { uid: job.uid, resourceVersion: '41' };
    assert.deepEqual(action?.kind === 'Merge' && action.patch, { metadata, spec: { suspend: true } });
  });

  it('records a stage that succeeds meanwhile, and starts nothing after it', () => {
    const run = { ...runAt('Fetch'), spec: suspend };
    const job = aJob(run, 'Fetch');
    const decision = decided({ run, jobs: [job], pods: [aSucceededPod(job)] });
    assert.equal(statesOf(decision), 'Succeeded Pending Pending Pending');
    assert.deepEqual(actionsOf(decision), []);
    const resumption = decided({
      now: at(60),
      run: { ...written(run, decision), spec: resumed },
      jobs: [job],
      pods: [],
    });
    assert.deepEqual(actionsOf(resumption), ['Create Job aapl-1-features']);
  });

  it('is finished when its last stage has ended', () => {
    const run = { ...runAt('Evaluate'), spec: suspend };
    const job = aJob(run, 'Evaluate');
    assert.equal(decided({ run, jobs: [job], pods: [aSucceededPod(job)] }).status.phase, 'Complete');
    const failed = decided({ run, jobs: [job], pods: [anEndedPod(job, { exitCode: 65 })] });
    assert.equal(failed.status.phase, 'Failed');
    assert.equal(conditionOf(failed, 'Suspended'), 'False NotSuspended');
  });

  it('has no start deadline', () => {
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

  it('restarts the start deadline of a Job without a pod when it is resumed', () => {
    const decision = decided({ now: at(10), run: { ...runAt('Train'), spec: suspend } });
    const run = { ...written(runAt('Train'), decision), spec: aSpec({ model: 'aapl' }) };
    const job = aJob(run, 'Train', { active: 0 });
    const resumption = decided({ now: at(1000), run, jobs: [job] });
    const resumed = written(run, resumption);
    const phaseAt = (now: number) => decided({ now, run: resumed, jobs: [job] }).status.phase;
    assert.deepEqual(
      [resumption.status.phase, phaseAt(at(1299)), phaseAt(at(1300))],
      ['Running', 'Running', 'Failed'],
    );
  });
});

describe('a queued run', () => {
  it('names the run that it is queued behind, and starts nothing', () => {
    for (const model of [aModel(), null]) {
      const decision = decided({ blockedBy: 'aapl-0', model });
      assert.deepEqual(actionsOf(decision), []);
      assert.equal(conditionOf(decision, 'Complete'), 'Unknown Queued');
      assert.equal(conditionOf(decision, 'Failed'), 'Unknown Queued');
      assert.match(messageOf(decision, 'Complete'), /run aapl-0/);
      assert.equal(decision.status.phase, 'Pending');
    }
  });

  it('starts when it is no longer blocked', () => {
    const decision = decided({ now: at(60), run: written(aRun(), decided({ blockedBy: 'aapl-0' })) });
    assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-fetch']);
    assert.equal(decision.status.startTime, '2026-11-23T12:01:00Z');
  });

  it('suspends its active Job', () => {
    const run = runAt('Train');
    const job = aJob(run, 'Train');
    const decision = decided({ run, jobs: [job], pods: [aPod(job)], blockedBy: 'aapl-0' });
    assert.deepEqual(actionsOf(decision), ['Suspend aapl-1-train']);
  });
});

describe("a run's Model", () => {
  it('is created with the defaults when it does not exist, and the run starts once it does', () => {
    const decision = decided({ model: null });
    assert.deepEqual(actionsOf(decision), ['Create Model aapl']);
    assert.equal(decision.status.phase, 'Pending');
    assert.equal(conditionOf(decision, 'Complete'), 'Unknown CreatingModel');
    const next = decided({ run: written(aRun(), decision) });
    assert.deepEqual(actionsOf(next), ['Create Job aapl-1-fetch']);
    assert.deepEqual(eventsOf(next), ['Normal Started']);
  });

  it('blocks a run that has not started while it is being deleted', () => {
    const decision = decided({ model: aModel({ deleting: true }) });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(conditionOf(decision, 'Complete'), 'Unknown ModelDeleting');
  });

  it('blocks the run while its spec is invalid', () => {
    const decision = decided({ model: aModel({ spec: null, problems: ['serving.replicas: too many'] }) });
    assert.deepEqual(actionsOf(decision), []);
    assert.match(messageOf(decision, 'Complete'), /serving\.replicas: too many/);
  });
});

describe('a run that its Model does not select', () => {
  const notSelected = { reason: 'NotSelected', message: 'its labels do not match team=quant' };

  it('starts nothing, and names the cause', () => {
    const decision = decided({ notSelected });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(decision.status.phase, 'Pending');
    assert.equal(conditionOf(decision, 'Complete'), 'Unknown NotSelected');
    assert.equal(messageOf(decision, 'Complete'), notSelected.message);
    assert.deepEqual(eventsOf(decision), ['Warning NotSelected']);
    const repeated = decided({ notSelected, run: written(aRun(), decision), now: at(60) });
    assert.deepEqual([repeated.actions, repeated.events], [[], []]);
  });

  for (const stage of ['Fetch', 'Features', 'Train', 'Evaluate'] as const) {
    it(`has its Job of ${stage} suspended, and resumed once it is selected`, () => {
      const run = runAt(stage);
      const job = aJob(run, stage);
      const decision = decided({ now: at(10), run, jobs: [job], pods: [aPod(job)], notSelected });
      assert.deepEqual(actionsOf(decision), [`Suspend ${job.name}`]);
      const suspendedJob = { ...job, suspended: true, active: 0 };
      const selected = decided({ now: at(20), run: written(run, decision), jobs: [suspendedJob] });
      assert.deepEqual(actionsOf(selected), [`Resume ${job.name}`]);
    });
  }
});
