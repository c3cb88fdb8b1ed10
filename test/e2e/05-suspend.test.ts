/** Suspending and resuming runs, in every stage and before the first; queueing of runs of one Model. */
import assert from 'node:assert/strict';
import { type StageName, stageNames } from '../../src/api/artifacts.ts';
import { apply, type Found, get, list } from '../../support/cluster/kubectl.ts';
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
import { conditionOf, until, untilCondition, untilFinished, untilGone } from '../../support/cluster/wait.ts';
import { allStarts } from './harness/artifacts.ts';
import { patchSpec } from './harness/change.ts';
import { eventsOf } from './harness/events.ts';
import { livePods, untilNoPods, untilStarted } from './harness/stage-pods.ts';

const claimName = 'shared';
const never = { sleepSeconds: 3600 };
/** `activeDeadlineSeconds` of run `limited`. */
const limit = 10;
/** `ttlSecondsAfterFinished` of run `mortal`. */
const timeToLive = 15;

describe('a suspended run', () => {
  let namespace: string;
  let limited: Found;
  let mortal: Found;

  const fake = (name: string, stages: FakeRun['stages'] = {}, spec: Spec = {}) =>
    fakeRun(name, { stages }, { stages: smallStages(), ...spec });

  const applyRuns = (model: string, ...runs: object[]) =>
    apply(namespace, modelWithoutServers(model, claimName), ...runs);

  const suspend = (run: string, value: boolean) =>
    patchSpec(namespace, `trainingrun/${run}`, { suspend: value });

  const suspendAndWait = async (run: string) => {
    await suspend(run, true);
    const found = await untilCondition(namespace, `trainingrun/${run}`, 'Suspended');
    await untilNoPods(namespace, run);
    return found;
  };

  const complete = async (run: string) => {
    const found = await untilFinished(namespace, run);
    assert.equal(conditionOf(found, 'Complete')?.status, 'True', conditionOf(found, 'Failed')?.message);
    return found;
  };

  const statesOf = (run: Found): string[] => run.status?.stages.map(({ state }: { state: string }) => state);

  const jobNames = async (run: string) =>
    (await list(namespace, 'jobs', `bellwether.dev/run=${run}`)).map(({ metadata }) => metadata.name).sort();

  before(async () => {
    namespace = await createNamespace('suspend');
    await installChart(namespace);
    await apply(namespace, claim(claimName));
    // Started together to save time; each has its own Model.
    const twice = Object.fromEntries(stageNames.map(stage => [stage, [never]]));
    await applyRuns('limited', fake('limited', { Fetch: [never, never] }));
    await applyRuns('mortal', fake('mortal', {}, { ttlSecondsAfterFinished: timeToLive }));
    await applyRuns('paused', fake('paused', twice));
    await applyRuns('queue', fake('first', { Features: [never] }, { model: 'queue' }));
    [mortal, limited] = await Promise.all([
      complete('mortal'),
      untilStarted(namespace, 'limited', 'Fetch').then(() => suspendAndWait('limited')),
    ]);
  });

  after(() => deleteNamespace(namespace));

  describe('in every stage', () => {
    const name = 'paused';
    for (const [index, stage] of stageNames.entries()) {
      it(`has no pod while suspended in ${stage}, and continues with that stage`, async () => {
        await untilStarted(namespace, name, stage);
        const suspended = await suspendAndWait(name);
        assert.equal(suspended.status?.phase, 'Suspended');
        assert.deepEqual(
          statesOf(suspended),
          stageNames.map((_, at) => stateAround(at, index)),
        );
        const job = await get(namespace, `job/${name}-${stage.toLowerCase()}`);
        assert.equal(job?.spec.suspend, true);
        await suspend(name, false);
        const resumed = await untilCondition(namespace, `trainingrun/${name}`, 'Suspended', 'False');
        assert.equal(conditionOf(resumed, 'Complete')?.status, 'Unknown');
      });
    }

    it('is Complete; finished stages were not repeated', async () => {
      const run = await complete(name);
      const starts = await allStarts(namespace, claimName);
      assert.deepEqual(
        starts.filter(start => start.run === name).map(({ stage }) => stage),
        stageNames.flatMap(stage => [stage, stage]),
      );
      assert.deepEqual(
        run.status?.stages.map(({ attempts }: { attempts: number }) => attempts),
        [1, 1, 1, 1],
      );
    });

    it('has Events for it', async () => {
      const events = await eventsOf(namespace, 'TrainingRun', name);
      for (const reason of ['Suspended', 'Resumed']) {
        assert.ok(
          events.some(event => event.reason === reason && event.type === 'Normal'),
          reason,
        );
      }
      assert.deepEqual(
        events.filter(({ type }) => type === 'Warning'),
        [],
      );
    });
  });

  describe('before it starts', () => {
    const name = 'later';

    it('has no Job, and conditions that explain why', async () => {
      await applyRuns(name, fake(name, {}, { suspend: true, symbol: 'AAPL' }));
      const run = await untilCondition(namespace, `trainingrun/${name}`, 'Suspended');
      assert.deepEqual(statesOf(run), ['Pending', 'Pending', 'Pending', 'Pending']);
      assert.equal(run.status?.startTime, undefined);
      assert.deepEqual(await jobNames(name), []);
      for (const type of ['Complete', 'Failed', 'Promoted'])
        assert.equal(conditionOf(run, type)?.status, 'Unknown', type);
    });

    it('can be edited, and runs with the edited spec when resumed', async () => {
      await patchSpec(namespace, `trainingrun/${name}`, { symbol: 'MSFT', seed: 7, suspend: false });
      const run = await complete(name);
      assert.equal(run.status?.metrics.symbol, 'MSFT');
      const job = await get(namespace, `job/${name}-train`);
      const env: { name: string; value: string }[] = job?.spec.template.spec.containers[0].env;
      const { spec } = JSON.parse(env.find(({ name }) => name === 'BELLWETHER_RUN')?.value ?? '{}');
      assert.deepEqual([spec.symbol, spec.seed], ['MSFT', 7]);
    });
  });

  describe('for longer than its deadline', () => {
    it('continues when resumed', async () => {
      const over = Date.parse(limited.status?.startTime) + (limit + 1) * 1000;
      await until('the deadline since the first start has passed', namespace, async () => Date.now() > over);
      await patchSpec(namespace, 'trainingrun/limited', { activeDeadlineSeconds: limit, suspend: false });
      limited = await untilCondition(namespace, 'trainingrun/limited', 'Suspended', 'False');
    });
  });

  describe('among other runs of its Model', () => {
    const model = 'queue';
    const queued = (run: string) =>
      until(`${run} is queued`, namespace, async () => {
        const found = await get(namespace, `trainingrun/${run}`);
        return conditionOf(found, 'Complete')?.reason === 'Queued' && found;
      });

    it('lets the next one run, and is queued behind it when resumed', async () => {
      await untilStarted(namespace, 'first', 'Features');
      await apply(namespace, fake('second', { Features: [never] }, { model }));
      const waiting = await queued('second');
      assert.match(conditionOf(waiting, 'Complete')?.message ?? '', /first/);
      assert.deepEqual(await jobNames('second'), []);
      await suspendAndWait('first');
      await untilStarted(namespace, 'second', 'Features');
      await suspend('first', false);
      await queued('first');
      assert.deepEqual(await livePods(namespace, 'first'), []);
      await suspendAndWait('second');
      await complete('first');
      await suspend('second', false);
      await complete('second');
    });

    it('never ran at the same time as another', async () => {
      const starts = (await allStarts(namespace, claimName))
        .filter(start => start.model === model)
        .toSorted((a, b) => (a.time < b.time ? -1 : 1));
      const turn = (run: string, ...stages: StageName[]) => stages.map(stage => `${run} ${stage}`);
      assert.deepEqual(
        starts.map(({ run, stage }) => `${run} ${stage}`),
        [
          ...turn('first', 'Fetch', 'Features'),
          ...turn('second', 'Fetch', 'Features'),
          ...turn('first', 'Features', 'Train', 'Evaluate'),
          ...turn('second', 'Features', 'Train', 'Evaluate'),
        ],
      );
    });
  });

  describe('with a deadline', () => {
    it('has the full deadline again after it is resumed', async () => {
      const run = await untilFinished(namespace, 'limited');
      assert.equal(conditionOf(run, 'Failed')?.reason, 'RunDeadlineExceeded');
      const resumed = Date.parse(conditionOf(limited, 'Suspended')?.lastTransitionTime ?? '');
      const seconds = (Date.parse(run.status?.completionTime) - resumed) / 1000;
      assert.ok(seconds >= limit && seconds < limit + 30, `${seconds} s after it went on`);
    });
  });

  describe('or any other run that is finished for longer than its TTL', () => {
    it('is deleted with its Jobs; its Model is kept', async () => {
      await untilGone(namespace, 'trainingrun/mortal');
      assert.ok(Date.now() >= Date.parse(mortal.status?.completionTime) + timeToLive * 1000);
      await until('its Jobs are deleted', namespace, async () => (await jobNames('mortal')).length === 0);
      const model = await get(namespace, 'model/mortal');
      assert.equal(model?.status?.champion.run, 'mortal');
      assert.equal(model?.status?.champion.version, mortal.status?.version);
    });
  });
});

/** State of stage `at` in a run that is suspended in stage `index`. */
function stateAround(at: number, index: number): string {
  if (at < index) return 'Succeeded';
  return at === index ? 'Running' : 'Pending';
}
