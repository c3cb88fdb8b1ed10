/** Deleting and recreating runs and Models, and one scheduled run. */
import assert from 'node:assert/strict';
import { apply, type Found, get, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { fakeRun, fakeServers, fastRun, model } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilCondition, untilFinished, untilGone } from '../../support/cluster/wait.ts';
import { remove } from './harness/change.ts';
import { championOf, historyOf, serversOf, untilServed, versionAnswering } from './harness/serving.ts';

/** Its first scheduled time comes during the other tests. */
const scheduled = model('often', {
  serving: fakeServers,
  schedule: { cron: '* * * * *', successfulRunsHistoryLimit: 1 },
  runTemplate: { spec: fakeRun('made').spec },
});

const ofRun = (run: string) => `bellwether.dev/run=${run}`;

describe('deletion', () => {
  let namespace: string;

  const untilNothingIsLeftOf = (run: string) =>
    until(`Jobs and pods of ${run} are deleted`, namespace, async () => {
      const [jobs, pods] = await Promise.all([
        list(namespace, 'jobs', ofRun(run)),
        list(namespace, 'pods', ofRun(run)),
      ]);
      return jobs.length + pods.length === 0;
    });

  /** A run whose Train lasts longer than any test. */
  const atTrain = async (name: string, of: string): Promise<Found> => {
    await apply(namespace, fakeRun(name, { stages: { Train: [{ sleepSeconds: 600 }] } }, { model: of }));
    return until(`${name} is at Train`, namespace, async () => {
      const run = await get(namespace, `trainingrun/${name}`);
      return run?.status?.stage === 'Train' && run;
    });
  };

  const restartServers = async (of: string) => {
    for (const { metadata } of await serversOf(namespace, of))
      await remove(namespace, `pod/${metadata.name}`);
  };

  /** A run that looks as if the schedule had created it. */
  const madeBySchedule = async (name: string) => {
    const { apiVersion, kind, metadata } = scheduled;
    const { uid = '' } = (await get(namespace, 'model/often'))?.metadata ?? {};
    const owner = { apiVersion, kind, name: metadata.name, uid, controller: true };
    const run = fakeRun(name, {}, { model: 'often' });
    return { ...run, metadata: { ...run.metadata, ownerReferences: [owner] } };
  };

  before(async () => {
    namespace = await createNamespace('deletion');
    await installChart(namespace);
    await apply(namespace, scheduled);
    for (const name of ['earlier', 'second']) await apply(namespace, await madeBySchedule(name));
  });

  after(() => deleteNamespace(namespace));

  describe('of a run', () => {
    let version: string;

    before(async () => {
      await apply(namespace, fastRun('aapl'));
      version = (await untilFinished(namespace, 'aapl')).status?.version;
      await untilServed(namespace, 'aapl', { version });
    });

    it('that made the champion keeps its servers, which can restart', async () => {
      await remove(namespace, 'trainingrun/aapl');
      await untilNothingIsLeftOf('aapl');
      assert.equal((await championOf(namespace, 'aapl'))?.version, version);
      await restartServers('aapl');
      await untilServed(namespace, 'aapl', { version });
      assert.equal(await versionAnswering(namespace, 'aapl'), version);
    });

    it('and a run of the same name with other parameters do not affect the servers', async () => {
      const worse = { trees: 1, maxDepth: [1], sampling: 'Stratified' };
      await apply(namespace, fastRun('aapl', { classifier: worse }));
      await until('Train has ended', namespace, async () => {
        const run = await get(namespace, 'trainingrun/aapl');
        return run?.status?.stage === 'Evaluate';
      });
      await restartServers('aapl');
      const run = await untilCondition(namespace, 'trainingrun/aapl', 'Promoted', 'False');
      assert.notEqual(run.status?.version, version);
      await restartServers('aapl');
      await untilServed(namespace, 'aapl', { version });
      assert.equal(await versionAnswering(namespace, 'aapl'), version);
    });

    it('in the middle of a stage or while queued deletes its Jobs and pods', async () => {
      await atTrain('busy', 'aapl');
      await apply(namespace, fakeRun('next', {}, { model: 'aapl' }));
      await until('the next run is queued', namespace, async () => {
        const run = await get(namespace, 'trainingrun/next');
        return conditionOf(run, 'Complete')?.reason === 'Queued';
      });
      await remove(namespace, 'trainingrun/next');
      await remove(namespace, 'trainingrun/busy');
      await untilNothingIsLeftOf('busy');
      await untilNothingIsLeftOf('next');
      assert.equal(await versionAnswering(namespace, 'aapl'), version);
    });
  });

  describe('of a Model', () => {
    let version: string;

    before(async () => {
      await apply(namespace, model('msft', { serving: fakeServers }), fakeRun('done', {}, { model: 'msft' }));
      version = (await untilFinished(namespace, 'done')).status?.version;
      await untilServed(namespace, 'msft', { version });
    });

    it('deletes its servers, fails its active run, and keeps artifacts and finished runs', async () => {
      await atTrain('busy', 'msft');
      await remove(namespace, 'model/msft');
      const failed = await untilCondition(namespace, 'trainingrun/busy', 'Failed');
      assert.equal(conditionOf(failed, 'Failed')?.reason, 'ModelDeleted');
      await untilGone(namespace, 'deployment/msft');
      await untilGone(namespace, 'service/msft');
      await until('its pods have terminated', namespace, async () => {
        const pods = await list(namespace, 'pods', 'bellwether.dev/model=msft');
        return pods.every(({ status }) => status?.phase === 'Succeeded' || status?.phase === 'Failed');
      });
      assert.equal((await get(namespace, 'persistentvolumeclaim/msft-artifacts'))?.status?.phase, 'Bound');
      assert.equal(conditionOf(await get(namespace, 'trainingrun/done'), 'Complete')?.status, 'True');
      assert.equal(await get(namespace, 'model/msft'), null);
    });

    it('and creating it again restores its artifacts, and judges the remaining runs', async () => {
      const deleted = { artifacts: { whenDeleted: 'Delete' }, serving: fakeServers };
      await apply(namespace, model('msft', deleted));
      await untilServed(namespace, 'msft', { version });
      assert.equal(await versionAnswering(namespace, 'msft'), version);
      assert.deepEqual(
        (await historyOf(namespace, 'msft')).map(({ run, outcome, reason }) => [run, outcome, reason]),
        [['done', 'Promoted', 'FirstChampion']],
      );
    });

    it('deletes its claim if artifacts.whenDeleted is Delete', async () => {
      await apply(namespace, model('goog', { artifacts: { whenDeleted: 'Delete' } }));
      await until('the claim exists', namespace, () =>
        get(namespace, 'persistentvolumeclaim/goog-artifacts'),
      );
      await remove(namespace, 'model/goog');
      await untilGone(namespace, 'persistentvolumeclaim/goog-artifacts');
    });
  });

  describe('by history limits', () => {
    it('keeps the champion and as many scheduled runs as the limit, one for each time', async () => {
      const uid = (await get(namespace, 'model/often'))?.metadata.uid;
      const runs = await until(
        'a scheduled run is Complete, and older runs are deleted',
        namespace,
        async () => {
          const { lastScheduleTime = '' } = (await get(namespace, 'model/often'))?.status ?? {};
          const own = (await list(namespace, 'trainingruns')).filter(({ spec }) => spec.model === 'often');
          const names = own.map(({ metadata }) => metadata.name).sort();
          const last = `often-${Math.floor(Date.parse(lastScheduleTime) / 60_000)}`;
          const settled = own.every(({ status }) => status?.phase === 'Complete');
          return settled && names.length === 2 && names[0] === 'earlier' && names[1] === last && own;
        },
      );
      assert.equal((await championOf(namespace, 'often'))?.run, 'earlier');
      for (const { metadata } of runs) {
        assert.deepEqual(
          metadata.ownerReferences?.map(owner => owner.uid),
          [uid],
        );
      }
    });
  });
});
