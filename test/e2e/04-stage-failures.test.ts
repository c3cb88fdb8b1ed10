/** Every kind of stage failure. Each has its own run; all run at the same time. */
import assert from 'node:assert/strict';
import { type StageName, stageNames } from '../../src/api/artifacts.ts';
import { apply, type Found, get, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import {
  claim,
  type FakeRun,
  fakeRun,
  modelWithoutServers,
  type Spec,
  smallStages,
} from '../../support/cluster/specs.ts';
import { conditionOf, until, untilAllFinished } from '../../support/cluster/wait.ts';
import { allStarts, type Start } from './harness/artifacts.ts';
import { eventsOf } from './harness/events.ts';
import { evict, untilNoPods, untilStarted } from './harness/stage-pods.ts';

const claimName = 'shared';
const never = { sleepSeconds: 3600 };

interface Case {
  readonly stages?: FakeRun['stages'];
  /** Fields of the run's spec. */
  readonly spec?: Spec;
  /** Fields of its stages. */
  readonly limits?: Partial<Record<StageName, Spec>>;
  readonly claimName?: string;
}

const memory = (limit: string) => ({ requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: limit } });
const failing = (exit: number) => [{ exit }];

/** By name of the run, which is also that of its Model. */
const cases: Readonly<Record<string, Case>> = {
  retried: { stages: { Train: [{ exit: 75, reason: 'Interrupted' }] } },
  'memory-hungry': {
    stages: { Fetch: [{ allocateMiB: 600 }] },
    limits: { Fetch: { backoffLimit: 0, resources: memory('160Mi') } },
  },
  'no-image': {
    spec: { podTemplate: { image: 'nowhere.invalid/nothing:v1' } },
    limits: { Fetch: { startDeadlineSeconds: 45 } },
  },
  unschedulable: {
    limits: { Fetch: { startDeadlineSeconds: 15, resources: { requests: { cpu: '1000' } } } },
  },
  'no-claim': { claimName: 'missing', limits: { Fetch: { startDeadlineSeconds: 15 } } },
  'no-pod': { limits: { Fetch: { startDeadlineSeconds: 15, resources: memory('3Gi') } } },
  'slow-stage': { stages: { Fetch: [never] }, limits: { Fetch: { activeDeadlineSeconds: 5 } } },
  'slow-run': { stages: { Fetch: [never] }, spec: { activeDeadlineSeconds: 15 } },
  'exit-64': { stages: { Fetch: failing(64) } },
  'exit-65': { stages: { Features: failing(65) } },
  'exit-66': { stages: { Evaluate: failing(66) } },
  garbage: { stages: { Fetch: ['nonsense', '{}', '', '{"stage":"Train"}'].map(report => ({ report })) } },
  mumbled: { stages: { Fetch: [{ report: 'nonsense' }] } },
  'pod-deleted': { stages: { Features: [never] } },
  evicted: { stages: { Features: [never] }, limits: { Features: { backoffLimit: 0 } } },
  'job-deleted': { stages: { Features: [never] } },
  'bad-affinity': {
    spec: {
      podTemplate: {
        affinity: {
          nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
        },
      },
    },
  },
  'misspelt-affinity': { spec: { podTemplate: { affinity: { nodeAfinity: {} } } } },
};

/** Pods that exceed it are refused at creation. */
const limitRange = {
  apiVersion: 'v1',
  kind: 'LimitRange',
  metadata: { name: 'limits' },
  spec: { limits: [{ type: 'Container', max: { memory: '2Gi' } }] },
};

function objectsOf(name: string, { stages = {}, spec = {}, limits = {}, claimName: own }: Case): object[] {
  return [
    modelWithoutServers(name, own ?? claimName),
    fakeRun(name, { stages }, { stages: smallStages(limits), ...spec }),
  ];
}

describe('a stage that', () => {
  let namespace: string;
  let runs: ReadonlyMap<string, Found>;
  let starts: readonly Start[];

  const ended = (run: string) => runs.get(run) ?? assert.fail(`no run ${run}`);

  const failed = (run: string, reason: string) => {
    const found = ended(run);
    const condition = conditionOf(found, 'Failed');
    assert.deepEqual([condition?.status, condition?.reason], ['True', reason], condition?.message);
    return { run: found, message: condition?.message ?? '' };
  };

  const complete = (run: string) => {
    const found = ended(run);
    const condition = conditionOf(found, 'Complete');
    assert.equal(condition?.status, 'True', condition?.message);
    return found;
  };

  const stageOf = (run: Found, stage: StageName) =>
    run.status?.stages.find(({ name }: { name: string }) => name === stage);

  const statesOf = (run: Found): string[] => run.status?.stages.map(({ state }: { state: string }) => state);

  const secondsOf = ({ status }: Found) =>
    (Date.parse(status?.completionTime) - Date.parse(status?.startTime)) / 1000;

  /** How often each stage was started. */
  const startsByStage = (run: string) =>
    stageNames.map(stage => starts.filter(start => start.run === run && start.stage === stage).length);

  const warnings = async (run: string, reason: string) =>
    (await eventsOf(namespace, 'TrainingRun', run)).filter(
      event => event.type === 'Warning' && event.reason === reason,
    );

  before(async () => {
    namespace = await createNamespace('stage-failures');
    await installChart(namespace);
    await apply(
      namespace,
      limitRange,
      claim(claimName),
      ...Object.entries(cases).flatMap(([name, each]) => objectsOf(name, each)),
    );
    const working = async (run: string) => (await untilStarted(namespace, run, 'Features')).metadata.name;
    await Promise.all([
      working('pod-deleted').then(pod => kubectl('delete', 'pod', pod, '--namespace', namespace)),
      working('evicted').then(pod => evict(namespace, pod)),
      working('job-deleted').then(() =>
        kubectl('delete', 'job', 'job-deleted-features', '--namespace', namespace),
      ),
    ]);
    runs = await untilAllFinished(namespace);
    starts = await allStarts(namespace, claimName);
  });

  after(() => deleteNamespace(namespace));

  describe('may succeed at a retry', () => {
    it('is retried, and its attempts are counted', async () => {
      const run = complete('retried');
      assert.deepEqual(
        stageNames.map(stage => stageOf(run, stage).attempts),
        [1, 1, 2, 1],
      );
      assert.deepEqual(startsByStage('retried'), [1, 1, 2, 1]);
      const [event] = await warnings('retried', 'StageRetrying');
      assert.match(event?.message ?? '', /^Train: Attempt 1 of 3 failed .*exit code 75.*the last line$/s);
    });

    it('is started again if its Job is deleted', async () => {
      const run = complete('job-deleted');
      assert.equal(stageOf(run, 'Features').relaunches, 1);
      assert.deepEqual(startsByStage('job-deleted'), [1, 2, 1, 1]);
    });

    it('is started again if its pod is deleted', async () => {
      complete('pod-deleted');
      assert.deepEqual(startsByStage('pod-deleted'), [1, 2, 1, 1]);
    });

    it('does not count an eviction as an attempt', async () => {
      const run = complete('evicted');
      assert.equal(stageOf(run, 'Features').attempts, 1);
      assert.deepEqual(startsByStage('evicted'), [1, 2, 1, 1]);
    });

    it('is started again if its report is invalid', async () => {
      const run = complete('mumbled');
      assert.equal(stageOf(run, 'Fetch').relaunches, 1);
      assert.deepEqual(startsByStage('mumbled'), [2, 1, 1, 1]);
    });
  });

  describe('cannot succeed', () => {
    for (const [code, before, stage] of [
      [64, 0, 'Fetch'],
      [65, 1, 'Features'],
      [66, 3, 'Evaluate'],
    ] as const) {
      it(`is not retried after exit code ${code}`, async () => {
        const { run, message } = failed(`exit-${code}`, 'Scripted');
        assert.match(message, new RegExp(`^${stage} failed after 1 attempt: .*exit code ${code}`));
        const states = stageNames.map((_, index) => (index < before ? 'Succeeded' : 'Skipped'));
        assert.deepEqual(statesOf(run), [...states.slice(0, before), 'Failed', ...states.slice(before + 1)]);
        const starts = stageNames.map((_, index) => (index <= before ? 1 : 0));
        assert.deepEqual(startsByStage(`exit-${code}`), starts);
      });
    }

    it('fails if its report is invalid every time', async () => {
      const { run } = failed('garbage', 'ReportMissing');
      assert.deepEqual(statesOf(run), ['Failed', 'Skipped', 'Skipped', 'Skipped']);
      assert.deepEqual(startsByStage('garbage'), [4, 0, 0, 0]);
    });

    it('exceeds its memory limit, which the message names', async () => {
      const { run, message } = failed('memory-hungry', 'OOMKilled');
      assert.match(message, /^Fetch failed after 1 attempt: .*OOMKilled.*160Mi.*resources\.limits\.memory/);
      assert.equal(stageOf(run, 'Fetch').attempts, 1);
      assert.equal((await warnings('memory-hungry', 'StageFailed')).length, 1);
    });
  });

  describe('never starts', () => {
    it('because the image does not exist', async () => {
      const { run, message } = failed('no-image', 'ImagePullFailed');
      assert.match(message, /startDeadlineSeconds \(45 s\).*nowhere\.invalid\/nothing:v1/s);
      assert.ok(secondsOf(run) >= 45 && secondsOf(run) < 75, `${secondsOf(run)} s`);
      await untilNoPods(namespace, 'no-image');
    });

    it('because no node has enough CPU', async () => {
      const { message } = failed('unschedulable', 'Unschedulable');
      assert.match(message, /startDeadlineSeconds \(15 s\).*Insufficient cpu/s);
      await untilNoPods(namespace, 'unschedulable');
    });

    it('because its claim does not exist', async () => {
      const { message } = failed('no-claim', 'VolumeMissing');
      assert.match(message, /startDeadlineSeconds \(15 s\).*"missing"/s);
    });

    it('because the namespace does not admit its pod', async () => {
      const { message } = failed('no-pod', 'PodRefused');
      assert.match(message, /startDeadlineSeconds \(15 s\).*maximum memory usage per Container is 2Gi/s);
    });

    it('because its template is invalid; the message quotes the API server', async () => {
      const { run, message } = failed('bad-affinity', 'InvalidPodTemplate');
      assert.match(message, /nodeSelectorTerms: Required value/);
      assert.deepEqual(statesOf(run), ['Failed', 'Skipped', 'Skipped', 'Skipped']);
      assert.equal(await get(namespace, 'job/bad-affinity-fetch'), null);
    });

    it('because its template has an unknown field', async () => {
      const { message } = failed('misspelt-affinity', 'InvalidPodTemplate');
      assert.match(message, /unknown field .*nodeAfinity/);
    });
  });

  describe('takes too long', () => {
    it("for the stage's deadline", async () => {
      const { message } = failed('slow-stage', 'DeadlineExceeded');
      assert.match(message, /^Fetch failed.*activeDeadlineSeconds of 5/);
      await untilNoPods(namespace, 'slow-stage');
    });

    it("for the run's deadline", async () => {
      const { run, message } = failed('slow-run', 'RunDeadlineExceeded');
      assert.match(message, /activeDeadlineSeconds of 15/);
      assert.deepEqual(statesOf(run), ['Failed', 'Skipped', 'Skipped', 'Skipped']);
      await untilNoPods(namespace, 'slow-run');
      const job = await until('its Job is suspended', namespace, async () => {
        const found = await get(namespace, 'job/slow-run-fetch');
        return found?.spec.suspend === true ? found : null;
      });
      assert.equal(job.metadata.name, 'slow-run-fetch');
    });
  });
});
