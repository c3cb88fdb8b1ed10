import assert from 'node:assert/strict';
import type { JobResource, PodResource, RunResource } from '../../../../src/controller/observation.ts';
import { templateDigest } from '../../../../src/controller/render/stage-job.ts';
import {
  aJob,
  aModel,
  anEndedPod,
  aPendingPod,
  aPod,
  aRun,
  aSpec,
  at,
  someSettings,
} from '../../builders.ts';
import { actionsOf, conditionOf, decided, eventsOf, runAt, stageOf, written } from './views.ts';

const specWith = (image: string) => aSpec({ model: 'aapl', podTemplate: { image } });

/** The digest of the template that the run's spec renders for Fetch. */
function digestOf({ spec, ...run }: RunResource, settings = someSettings()): string {
  const modelSpec = aModel().spec;
  assert.ok(spec !== null && modelSpec !== null);
  const startedAt = '2026-11-23T12:00:00Z';
  return templateDigest({ settings, run, spec, modelSpec, stage: 'Fetch', startedAt });
}

const before = runAt('Fetch', { spec: specWith('nowhere.invalid/wrong:v1') });
const after = { ...before, generation: 2, spec: specWith('bellwether:right') };
const job = (fields: Partial<JobResource> = {}) =>
  aJob(before, 'Fetch', { templateDigest: digestOf(before), ...fields });
const imagePull = { reason: 'ImagePullBackOff', message: 'not found' };

describe('a run whose spec has changed', () => {
  const replaced: [string, JobResource, PodResource[]][] = [
    ['whose image cannot be pulled', job(), [aPendingPod(job(), { waiting: imagePull })]],
    ['whose pod cannot be scheduled', job(), [aPendingPod(job(), { unschedulable: 'no node' })]],
    ['whose pod was not created', job({ active: 0 }), []],
    ['that was suspended before it started', job({ active: 0, suspended: true }), []],
  ];
  for (const [what, old, pods] of replaced) {
    it(`replaces a Job ${what}`, () => {
      const decision = decided({ now: at(400), run: after, jobs: [old], pods });
      assert.deepEqual(actionsOf(decision), [`Delete Job aapl-1-fetch ${old.uid}`]);
      assert.deepEqual(eventsOf(decision), ['Normal SpecChanged']);
      assert.equal(conditionOf(decision, 'Failed'), 'Unknown SpecChanged');
      assert.equal(decision.status.observedGeneration, 2);
    });
  }

  it('creates the new Job once the old one is gone, and counts no attempt and no relaunch', () => {
    const pods = [aPendingPod(job(), { waiting: imagePull })];
    const first = decided({ now: at(20), run: after, jobs: [job()], pods });
    const deleting = { jobs: [job({ deleting: true })], pods };
    const second = decided({ now: at(21), run: written(after, first), ...deleting });
    assert.deepEqual(
      [actionsOf(second), eventsOf(second), stageOf(second, 'Fetch')?.state],
      [[], [], 'Pending'],
    );
    const third = decided({ now: at(22), run: written(after, second) });
    assert.deepEqual(actionsOf(third), ['Create Job aapl-1-fetch']);
    const [create] = third.actions;
    assert.ok(create?.kind === 'Create' && create.confirmOwner === after.resourceVersion);
    assert.equal(create.object.metadata.annotations?.['bellwether.dev/template'], digestOf(after));
    const { state, attempts, relaunches } = stageOf(third, 'Fetch') ?? {};
    assert.deepEqual([state, attempts, relaunches], ['Running', undefined, undefined]);
  });

  it('starts the start deadline again', () => {
    const now = { createdAt: at(350), templateDigest: digestOf(after) };
    const pending = aPendingPod(job(), { createdAt: at(350), waiting: imagePull });
    const decision = decided({ now: at(500), run: after, jobs: [job(now)], pods: [pending] });
    assert.equal(conditionOf(decision, 'Failed'), 'Unknown ImagePullFailed');
    assert.equal(decision.requeueAt, at(650));
  });

  const kept: [string, JobResource, PodResource[]][] = [
    ['whose container runs', job(), [aPod(job())]],
    ['whose container is started again', job(), [aPendingPod(job(), { restarts: 1 })]],
    ['that waits between two attempts', job({ failed: 1, active: 0 }), [anEndedPod(job(), { exitCode: 1 })]],
    ['whose pod is not in the cache yet', job(), []],
    ['of an older operator, without a digest', job({ templateDigest: null }), [aPendingPod(job())]],
    ['that was created from this spec', job({ templateDigest: digestOf(after) }), [aPendingPod(job())]],
  ];
  for (const [what, old, pods] of kept) {
    it(`keeps a Job ${what}`, () => {
      const decision = decided({ now: at(20), run: after, jobs: [old], pods });
      assert.deepEqual(
        actionsOf(decision).filter(action => action.startsWith('Delete')),
        [],
      );
    });
  }

  it('keeps a Job of a stage that has failed attempts, although its pods are gone', () => {
    const stages = (after.status.stages ?? []).map(stage =>
      stage.name === 'Fetch' ? { ...stage, attempts: 1 } : stage,
    );
    const run = { ...after, status: { ...after.status, stages } };
    assert.deepEqual(actionsOf(decided({ now: at(20), run, jobs: [job({ active: 0 })] })), []);
  });

  it('deletes nothing while it is suspended', () => {
    const spec = { ...specWith('bellwether:right'), suspend: true };
    const decision = decided({ now: at(20), run: { ...after, spec }, jobs: [job({ suspended: true })] });
    assert.deepEqual(actionsOf(decision), []);
  });
});

describe('the digest of a stage', () => {
  for (const [what, spec] of [
    ['resources', { stages: [{ name: 'Fetch', resources: { requests: { cpu: '2' } } }] }],
    ['a deadline', { stages: [{ name: 'Fetch', activeDeadlineSeconds: 60 }] }],
    ['a priority class', { podTemplate: { priorityClassName: 'high' } }],
  ] as const) {
    it(`changes with ${what}`, () => {
      assert.notEqual(digestOf(aRun({ spec: aSpec({ model: 'aapl', ...spec }) })), digestOf(aRun()));
    });
  }

  it('does not change with fields that do not affect the Job', () => {
    const spec = aSpec({ model: 'aapl', ttlSecondsAfterFinished: 60, activeDeadlineSeconds: 600 });
    assert.equal(digestOf(aRun({ spec })), digestOf(aRun()));
  });
});
