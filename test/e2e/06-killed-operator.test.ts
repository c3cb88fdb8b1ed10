/** The operator is killed many times (SIGKILL): nothing is done twice, and nothing is left undone. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type StageName, stageNames } from '../../src/api/artifacts.ts';
import { Random } from '../../src/models/random.ts';
import { apply, type Fields, type Found, get, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { fakeRun, fakeServers, model, smallStages } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilGone } from '../../support/cluster/wait.ts';
import { type ApiProxy, type Asked, type Fate, isWork, pass, startApiProxy } from './harness/api-proxy.ts';
import { startsOf } from './harness/artifacts.ts';
import { patchSpec } from './harness/change.ts';
import { type SpawnedOperator, spawnOperator } from './harness/operator-process.ts';

const inModel = { model: 'aapl', stages: smallStages() };
/** A holdout later than the champion's, so that the run is promoted. */
const judgedOn = (holdoutTo: string) => ({ holdoutTo });
const slow = {
  ...Object.fromEntries(stageNames.map(stage => [stage, [{ sleepSeconds: 1 }]])),
  // Long enough to be suspended while it runs; the second attempt succeeds at once.
  Train: [{ sleepSeconds: 15 }],
};
const jobOf = (run: string, stage: StageName) => `${run}-${stage.toLowerCase()}`;

/** Seed of the moments at which the operator is killed; fixed for reproducible tests. */
const seed = Number(process.env.E2E_SEED ?? 20_261_201);

describe('an operator that is killed', () => {
  let namespace: string;
  let proxy: ApiProxy;
  let operator: SpawnedOperator | null = null;

  const start = () => {
    operator = spawnOperator(namespace, { kubeconfig: proxy.kubeconfig });
    return operator;
  };
  const kill = async () => {
    await operator?.kill();
    operator = null;
  };
  const pods = (run: string, stage: StageName) =>
    list(namespace, 'pods', `bellwether.dev/run=${run},bellwether.dev/stage=${stage.toLowerCase()}`);
  const untilPod = (run: string, stage: StageName, phases: readonly string[]) =>
    until(`a pod of ${jobOf(run, stage)} is ${phases}`, namespace, async () =>
      (await pods(run, stage)).some(({ status }) => phases.includes(status?.phase)),
    );
  const aapl = () => get(namespace, 'model/aapl');
  /** True if the run is promoted and its version serves. */
  const serves = async (run: string) => {
    const found = await aapl();
    return (
      found?.status?.champion?.run === run &&
      found.status.serving?.run === run &&
      conditionOf(found, 'Ready')?.status === 'True' &&
      conditionOf(await get(namespace, `trainingrun/${run}`), 'Promoted')?.status === 'True'
    );
  };

  /** Asserts that every stage was started once by one Job, and that the run's status agrees. */
  const checkRun = async (run: string, starts: readonly StageName[] = stageNames) => {
    const found = (await get(namespace, `trainingrun/${run}`)) as Found;
    const conditions: Fields[] = found.status?.conditions;
    const stages: Fields[] = found.status?.stages;
    assert.deepEqual(
      Object.fromEntries(conditions.map(({ type, status }) => [type, status])),
      { Complete: 'True', Failed: 'False', Suspended: 'False', Promoted: 'True' },
      run,
    );
    assert.deepEqual(
      stages.map(({ name, state }) => [name, state]),
      stageNames.map(name => [name, 'Succeeded']),
    );
    const started = await startsOf(namespace, 'aapl', run);
    assert.deepEqual(
      started.map(({ stage }) => stage),
      starts,
    );
    const jobs = await list(namespace, 'jobs', `bellwether.dev/run=${run}`);
    assert.deepEqual(
      jobs.map(({ metadata }) => metadata.name).sort(),
      stageNames.map(stage => jobOf(run, stage)).sort(),
    );
  };
  /** Asserts that each run was judged once; newest first. */
  const checkHistory = async (...runs: readonly string[]) => {
    const history: Fields[] = (await aapl())?.status?.history;
    assert.deepEqual(
      history.map(({ run, outcome }) => [run, outcome]),
      runs.map(run => [run, 'Promoted']),
    );
  };

  before(async () => {
    namespace = await createNamespace('killed');
    proxy = await startApiProxy();
    await apply(
      namespace,
      model('aapl', {
        serving: { ...fakeServers, resources: { requests: { cpu: '10m', memory: '64Mi' } } },
      }),
    );
  });

  afterEach(async () => {
    proxy.decide = () => pass;
    await kill();
  });

  after(async () => {
    await proxy?.close();
    await deleteNamespace(namespace);
  });

  it('before every write, and after it with the response lost, completes its run', async () => {
    const kills: string[] = [];
    /** Writes that were reset at the last attempt. The next attempt is carried out, so that there is progress. */
    const resetWrites = new Set<string>();
    const killAtNextWrite = (victim: SpawnedOperator, dead: () => void) => {
      let killed = false;
      return (asked: Asked): Fate => {
        if (killed || !isWork(asked)) return pass;
        killed = true;
        const write = `${asked.method} ${asked.path}`;
        const carriedOut = resetWrites.delete(write);
        kills.push(`${carriedOut ? 'after' : 'before'} ${write}`);
        const killVictim = () => victim.kill().then(dead);
        if (carriedOut) return { kind: 'loseAnswer', after: killVictim };
        resetWrites.add(write);
        void killVictim();
        return { kind: 'reset' };
      };
    };
    await apply(namespace, fakeRun('first', {}, inModel));
    const done = until('the first run serves', namespace, () => serves('first'));
    const over = done.then(
      () => true,
      () => true,
    );
    for (let ended = false; !ended; ) {
      const { promise: dead, resolve } = Promise.withResolvers<boolean>();
      proxy.decide = killAtNextWrite(start(), () => resolve(false));
      ended = await Promise.race([over, dead]);
    }
    await done;
    assert.ok(kills.length >= 20, `${kills.length} kills:\n${kills.join('\n')}`);
    await checkRun('first');
    await checkHistory('first');
  });

  it('while pods run, while it is down, while it suspends, resumes, judges and rolls out', async () => {
    const [fetch, features, train, evaluate] = stageNames;
    const suspend = (yes: boolean) => patchSpec(namespace, 'trainingrun/second', { suspend: yes });
    const again = async () => {
      await kill();
      start();
    };
    await apply(namespace, fakeRun('second', { stages: slow, metrics: judgedOn('2018-06-10') }, inModel));
    await again();
    // Fetch ends while the operator is down, Features while it starts.
    await untilPod('second', fetch, ['Running', 'Succeeded']);
    await kill();
    await untilPod('second', fetch, ['Succeeded']);
    start();
    await untilPod('second', features, ['Pending', 'Running', 'Succeeded']);
    await again();
    await untilPod('second', train, ['Running']);
    await suspend(true);
    await again();
    await until('the run is suspended', namespace, async () => {
      const found = await get(namespace, 'trainingrun/second');
      return conditionOf(found, 'Suspended')?.status === 'True' && (await pods('second', train)).length === 0;
    });
    await again();
    await suspend(false);
    await again();
    await untilPod('second', evaluate, ['Pending', 'Running', 'Succeeded']);
    await again();
    await until(
      'the second run is judged',
      namespace,
      async () => (await aapl())?.status?.champion?.run === 'second',
    );
    await again();
    await until('its servers are being rolled out', namespace, async () => {
      const deployment = await get(namespace, 'deployment/aapl');
      return (deployment?.status?.replicas ?? 0) > 1 || (await serves('second'));
    });
    await again();
    await until('the second run serves', namespace, () => serves('second'));
    // Suspending a run ends the pod of its current stage, which is started again.
    await checkRun('second', [fetch, features, train, train, evaluate]);
    await checkHistory('second', 'first');
  });

  it(`at random moments (E2E_SEED=${seed}) completes its run`, async () => {
    const random = new Random(seed);
    await apply(namespace, fakeRun('third', { metrics: judgedOn('2018-07-10') }, inModel));
    for (let kills = 0; kills < 12; kills++) {
      const { ready } = start();
      if (random.uniform() < 0.8) await ready;
      await sleep(random.uniform() * 800);
      await kill();
    }
    start();
    await until('the third run serves', namespace, () => serves('third'));
    await checkRun('third');
    await checkHistory('third', 'second', 'first');
  });

  it('while runs and Models are deleted removes what depends on them, and nothing else', async () => {
    start();
    const version = (await aapl())?.status?.champion.version;
    await kubectl('delete', 'trainingrun', 'third', '-n', namespace, '--wait=false');
    await kill();
    start();
    for (const stage of stageNames) await untilGone(namespace, `job/${jobOf('third', stage)}`);
    const found = await aapl();
    assert.equal(found?.status?.champion.version, version);
    assert.equal(conditionOf(found, 'Ready')?.status, 'True');
    await kubectl('delete', 'model', 'aapl', '-n', namespace, '--wait=false');
    await kill();
    start();
    for (const what of ['model/aapl', 'deployment/aapl', 'service/aapl']) await untilGone(namespace, what);
    assert.equal((await get(namespace, 'persistentvolumeclaim/aapl-artifacts'))?.status?.phase, 'Bound');
  });

  it('sends each Event once', async () => {
    const events = await list(namespace, 'events.events.k8s.io');
    const announced = events.filter(({ metadata: _, ...event }) =>
      String((event as Fields).reportingController).startsWith('bellwether.dev/'),
    );
    for (const event of announced as unknown as Fields[]) {
      const what = `${event.regarding.kind}/${event.regarding.name} ${event.reason}: ${event.note}`;
      assert.ok((event.deprecatedCount ?? 1) <= 2, `${event.deprecatedCount} times: ${what}`);
    }
    assert.ok(announced.length > 0);
  });
});
