import assert from 'node:assert/strict';
import { stageNames } from '../../../../src/api/artifacts.ts';
import { trainingRunStatusSchema } from '../../../../src/api/training-run.ts';
import { decideRun } from '../../../../src/controller/decide/run/decide-run.ts';
import type { JobResource, PodResource } from '../../../../src/controller/observation.ts';
import { aJob, aModel, anEndedPod, aRun, aRunInput, aSpec, aSucceededPod, at, noon } from '../../builders.ts';
import { aScore } from '../scoring/builders.ts';
import {
  actionsOf,
  conditionOf,
  decided,
  eventsOf,
  messageOf,
  runAt,
  stageOf,
  statesOf,
  written,
} from './views.ts';

describe('a run without failures', () => {
  it('starts at once, with every condition', () => {
    const decision = decided();
    assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-fetch']);
    assert.deepEqual(eventsOf(decision), ['Normal Started']);
    assert.equal(statesOf(decision), 'Running Pending Pending Pending');
    assert.equal(decision.status.phase, 'Running');
    assert.equal(decision.status.startTime, '2026-11-23T12:00:00Z');
    for (const type of ['Complete', 'Failed', 'Promoted'])
      assert.match(conditionOf(decision, type), /^Unknown/);
    assert.equal(conditionOf(decision, 'Suspended'), 'False NotSuspended');
  });

  it('runs one stage after the other in five status updates, and repeats no Event', () => {
    let run = aRun();
    const jobs: JobResource[] = [];
    const pods: PodResource[] = [];
    let writes = 0;
    const events: string[] = [];
    for (let second = 0; second < 12; second += 1) {
      const input = aRunInput({ now: at(second), run, jobs, pods });
      const decision = decideRun(input);
      if (JSON.stringify(decision.status) !== JSON.stringify(run.status)) writes += 1;
      events.push(...eventsOf(decision));
      run = written(run, decision);
      for (const action of decision.actions) {
        assert.equal(action.kind, 'Create');
        const stage = stageNames[jobs.length];
        assert.ok(stage);
        jobs.push(aJob(run, stage));
      }
      const again = decideRun({ ...input, run, jobs });
      assert.deepEqual(again.status, run.status);
      assert.deepEqual([again.actions, again.events, again.notes], [[], [], []]);
      const last = jobs.at(-1);
      // The pod ends some time after it started.
      if (second % 2 === 1 && last !== undefined && pods.length < jobs.length) pods.push(aSucceededPod(last));
    }
    assert.equal(writes, 5);
    assert.equal(run.status.phase, 'Complete');
    assert.deepEqual(events, [
      'Normal Started',
      ...stageNames.map(() => 'Normal StageSucceeded'),
      'Normal Complete',
    ]);
    trainingRunStatusSchema.parse(run.status);
  });

  it('proceeds as soon as a container has succeeded, before its Job is Complete', () => {
    const run = runAt('Fetch');
    const job = aJob(run, 'Fetch');
    const pod = { ...aSucceededPod(job), endSeenAt: at(4) };
    const decision = decided({ now: at(5), run, jobs: [job], pods: [pod] });
    assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-features']);
    assert.deepEqual(stageOf(decision, 'Fetch'), {
      name: 'Fetch',
      state: 'Succeeded',
      jobName: 'aapl-1-fetch',
      startTime: '2026-11-23T12:00:00Z',
      attempts: 1,
      completionTime: '2026-11-23T12:00:03Z',
      inputDigest: 'a'.repeat(64),
      outputDigest: 'b'.repeat(64),
    });
    const [create] = decision.actions;
    assert.equal(create?.kind === 'Create' && create.dueSince, at(4));
    assert.match(decision.events[0]?.message ?? '', /^Fetch succeeded in 2 s: rows 1210$/);
  });

  it('reports that a stage was reused', () => {
    const run = runAt('Fetch');
    const job = aJob(run, 'Fetch');
    const decision = decided({ run, jobs: [job], pods: [aSucceededPod(job, { state: 'Reused' })] });
    assert.equal(stageOf(decision, 'Fetch')?.state, 'Reused');
    assert.deepEqual(eventsOf(decision), ['Normal StageReused']);
  });

  it("returns Evaluate's scores of past forecasts, or why there are none, when it completes", () => {
    const run = runAt('Evaluate');
    const job = aJob(run, 'Evaluate');
    const scoreWith = (report: object) =>
      decided({ run, jobs: [job], pods: [aSucceededPod(job, { ...report })] }).score;
    const liveProblem = { reason: 'InputAltered', message: 'the file was changed' };
    const time = '2026-11-23T12:00:03Z';
    assert.deepEqual(scoreWith({ live: aScore() })?.live, { ...aScore(), scoredAt: time });
    assert.deepEqual(scoreWith({ liveProblem }), {
      run: 'aapl-1',
      time,
      live: undefined,
      problem: liveProblem,
    });
    assert.equal(scoreWith({}), undefined);
    assert.equal(scoreWith({ live: { symbol: 'AAPL' } }), undefined);
  });

  it('gets its conditions, figures and version in one status update', () => {
    const run = runAt('Evaluate');
    const job = aJob(run, 'Evaluate');
    const pod = aSucceededPod(job, { metrics: { rmse: '0.0142', days: 238, essay: 'x'.repeat(65) } });
    const decision = decided({ now: at(9), run, jobs: [job], pods: [pod] });
    assert.deepEqual(decision.status.metrics, { rmse: '0.0142', days: '238' });
    assert.equal(decision.status.version, '0123456789ab');
    assert.equal(decision.status.completionTime, '2026-11-23T12:00:09Z');
    assert.equal(conditionOf(decision, 'Complete'), 'True StagesSucceeded');
    assert.equal(conditionOf(decision, 'Failed'), 'False StagesSucceeded');
    assert.match(conditionOf(decision, 'Promoted'), /^Unknown/);
    assert.deepEqual(actionsOf(decision), []);
  });

  it('reports that the artifacts were not published', () => {
    const run = runAt('Evaluate');
    const job = aJob(run, 'Evaluate');
    const decision = decided({ run, jobs: [job], pods: [aSucceededPod(job, { version: undefined })] });
    assert.equal(decision.status.phase, 'Complete');
    assert.match(messageOf(decision, 'Complete'), /not published/);
  });

  it('gives a success precedence over failures, in any order', () => {
    const run = runAt('Fetch');
    const job = aJob(run, 'Fetch');
    const failed = anEndedPod(job, { exitCode: 65 }, { name: 'later', createdAt: at(60) });
    const decision = decided({ run, jobs: [job], pods: [failed, aSucceededPod(job)] });
    assert.equal(statesOf(decision), 'Succeeded Running Pending Pending');
    assert.equal(stageOf(decision, 'Fetch')?.attempts, 2);
  });

  it('uses the newest of two successes', () => {
    const run = runAt('Fetch');
    const job = aJob(run, 'Fetch');
    const later = {
      ...aSucceededPod(job, { outputDigest: 'c'.repeat(64) }),
      name: 'later',
      createdAt: at(60),
    };
    const decision = decided({ run, jobs: [job], pods: [aSucceededPod(job), later] });
    assert.equal(stageOf(decision, 'Fetch')?.outputDigest, 'c'.repeat(64));
  });

  it('passes the current champion and the tenures to Evaluate', () => {
    const run = runAt('Train');
    const job = aJob(run, 'Train');
    const champion = { run: 'old', version: 'ba9876543210', promotedAt: '2026-11-01T00:00:00Z' };
    const before = { run: 'older', outcome: 'Promoted', reason: 'FirstChampion', message: '' } as const;
    const history = [{ ...before, version: '0123456789ab', time: '2026-10-01T00:00:00Z' }];
    const model = aModel({ status: { champion, history } });
    const decision = decided({ run, model, jobs: [job], pods: [aSucceededPod(job)] });
    const text = JSON.stringify(decision.actions);
    assert.match(text, /"name":"BELLWETHER_CHAMPION","value":"ba9876543210"/);
    assert.match(text, /"value":"0123456789ab@2026-10-01T00:00:00Z,ba9876543210@2026-11-01T00:00:00Z"/);
  });

  it('restores a lost status from its Jobs', () => {
    const run = aRun();
    const fetch = aJob(run, 'Fetch');
    const features = aJob(run, 'Features', { startedAt: '2026-11-23T12:00:00Z' });
    const pods = [aSucceededPod(fetch), aSucceededPod(features)];
    const decision = decided({ now: at(500), run, jobs: [features, fetch], pods });
    assert.equal(statesOf(decision), 'Succeeded Succeeded Running Pending');
    assert.equal(decision.status.startTime, '2026-11-23T12:00:00Z');
    assert.deepEqual(actionsOf(decision), ['Create Job aapl-1-train']);
    assert.match(JSON.stringify(decision.actions), /"BELLWETHER_NOW","value":"2026-11-23T12:00:00Z"/);
  });

  it('uses the spec as it is when the run starts', () => {
    const waiting = decided({ blockedBy: 'other' });
    const edited = written(aRun({ generation: 2, spec: aSpec({ model: 'aapl', symbol: 'MSFT' }) }), waiting);
    const decision = decided({ now: at(5), run: edited });
    assert.match(JSON.stringify(decision.actions), /MSFT/);
    assert.equal(decision.status.observedGeneration, 2);
  });

  it('ignores reports of another stage, and of a deleted run of the same name', () => {
    const run = runAt('Fetch');
    const job = aJob(run, 'Fetch');
    const wrong = aSucceededPod(job, { stage: 'Train' });
    const earlier = aSucceededPod(aJob(aRun({ uid: 'earlier' }), 'Fetch'));
    const decision = decided({ run, jobs: [job], pods: [wrong, earlier] });
    assert.deepEqual(actionsOf(decision), []);
    assert.equal(statesOf(decision), 'Running Pending Pending Pending');
  });

  it('does nothing while it is being deleted', () => {
    const run = runAt('Fetch', { deleting: true });
    const job = aJob(run, 'Fetch');
    for (const pods of [[], [aSucceededPod(job)], [anEndedPod(job, { exitCode: 65 })]]) {
      assert.deepEqual(decided({ run, jobs: [job], pods }), {
        status: run.status,
        actions: [],
        events: [],
        notes: [],
        requeueAt: null,
      });
    }
  });

  it('is requeued for the end of its time to live, and then deleted', () => {
    const spec = aSpec({ model: 'aapl', ttlSecondsAfterFinished: 600 });
    const atEvaluate = runAt('Evaluate', { spec });
    const job = aJob(atEvaluate, 'Evaluate');
    const end = decided({ now: at(9), run: atEvaluate, jobs: [job], pods: [aSucceededPod(job)] });
    assert.equal(end.requeueAt, at(609));
    const run = written(atEvaluate, end);
    const before = decided({ now: at(609) - 1, run });
    assert.deepEqual([before.actions, before.requeueAt], [[], at(609)]);
    assert.deepEqual(actionsOf(decided({ now: at(609), run })), [
      'Delete TrainingRun aapl-1 uid-of-run-aapl-1',
    ]);
    assert.deepEqual(actionsOf(decided({ now: noon + 1e12, run: { ...run, spec: aSpec() } })), []);
  });
});
