/** One byte of a published version is altered: no server ever answers with it, and the Model's conditions name the file. */
import assert from 'node:assert/strict';
import { apply, type Found, get } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { fastRun, model } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilCondition } from '../../support/cluster/wait.ts';
import { corruptFile } from './harness/artifacts.ts';
import { approve, patchSpec, remove, scale } from './harness/change.ts';
import {
  championOf,
  eventsAbout,
  historyOf,
  serversOf,
  untilServed,
  versionAnswering,
} from './harness/serving.ts';

/** Long enough for a broken server to start, fail and report why, on a busy machine too. */
const deadlineSeconds = 40;

const fileOf = (version: string) => `.versions/${version}/train/classifier.bin`;

describe('a corrupted artifact', () => {
  let namespace: string;
  let first: string;
  let second: string;

  /** Creates a run and waits until only its approval is missing. Nothing serves its version yet. */
  const awaiting = async (name: string, end: string): Promise<string> => {
    await apply(namespace, fastRun(name, { model: 'aapl', data: { source: 'Sample', end } }));
    const judged = await until(`${name} awaits approval`, namespace, async () => {
      const run = await get(namespace, `trainingrun/${name}`);
      return conditionOf(run, 'Promoted')?.reason === 'AwaitingApproval' && run;
    });
    return judged.status?.version;
  };

  const untilModel = (what: string, ask: (found: Found) => boolean) =>
    until(`model/aapl: ${what}`, namespace, async () => {
      const found = await get(namespace, 'model/aapl');
      return found !== null && ask(found) && found;
    });

  const messageOf = (found: Found, type: string) => conditionOf(found, type)?.message ?? '';

  /** Flips the byte back and deletes failed pods, which would otherwise restart with a growing delay. */
  const repair = async (version: string) => {
    await corruptFile(namespace, 'aapl', fileOf(version));
    for (const { metadata, status } of await serversOf(namespace, 'aapl')) {
      const ready = status?.containerStatuses?.[0]?.ready === true;
      if (!ready) await remove(namespace, `pod/${metadata.name}`);
    }
  };

  before(async () => {
    namespace = await createNamespace('corrupted');
    await installChart(namespace);
    await apply(
      namespace,
      model('aapl', {
        serving: { rolloutDeadlineSeconds: deadlineSeconds },
        promotion: { policy: 'Manual' },
      }),
    );
  });

  after(() => deleteNamespace(namespace));

  describe('of the first version', () => {
    before(async () => {
      first = await awaiting('first', '2018-02-09');
      await corruptFile(namespace, 'aapl', fileOf(first));
      await approve(namespace, 'aapl', 'first');
    });

    it('keeps the Model from becoming ready, and is named in the condition', async () => {
      const found = await untilModel('names the file', model =>
        /classifier\.bin/.test(messageOf(model, 'Ready')),
      );
      assert.equal(conditionOf(found, 'Ready')?.status, 'False');
      await assert.rejects(versionAnswering(namespace, 'aapl'));
    });

    it('fails the rollout after its deadline', async () => {
      // A cause that becomes known after the deadline is added to the message.
      const cause = new RegExp(`\\b${deadlineSeconds} s\\b.*classifier\\.bin`);
      const found = await untilModel(
        'failed, with the name of the file',
        model => model.status?.rollout?.state === 'Failed' && cause.test(messageOf(model, 'Ready')),
      );
      assert.equal(conditionOf(found, 'Ready')?.reason, 'RolloutFailed');
      assert.equal(found.status?.readyReplicas, 0);
    });

    it('is served as soon as the file is restored', async () => {
      await repair(first);
      const found = await untilServed(namespace, 'aapl', { version: first });
      assert.equal(conditionOf(found, 'Ready')?.status, 'True');
      assert.equal(await versionAnswering(namespace, 'aapl'), first);
    });
  });

  describe('of a challenger that is promoted', () => {
    before(async () => {
      second = await awaiting('second', '2018-05-11');
      await corruptFile(namespace, 'aapl', fileOf(second));
      await approve(namespace, 'aapl', 'second');
    });

    it('never becomes ready; the old version keeps serving, and the condition names the file', async () => {
      const found = await untilModel('names the file', model =>
        /classifier\.bin/.test(messageOf(model, 'Progressing')),
      );
      assert.equal(found.status?.champion?.version, second);
      assert.deepEqual([conditionOf(found, 'Ready')?.status, found.status?.serving.version], ['True', first]);
      assert.equal(await versionAnswering(namespace, 'aapl'), first);
    });

    it('fails: the last good version is the champion again, and the history records the failure', async () => {
      const found = await untilModel('failed', ({ status }) => status?.rollout?.state === 'Failed');
      assert.equal(found.status?.champion.version, first);
      assert.deepEqual(
        [conditionOf(found, 'Ready')?.status, conditionOf(found, 'Progressing')?.reason],
        ['True', 'RolloutFailed'],
      );
      const [entry] = await historyOf(namespace, 'aapl');
      assert.deepEqual([entry?.run, entry?.outcome, entry?.version], ['second', 'RolloutFailed', second]);
      assert.match(entry?.message ?? '', /classifier\.bin/);
      const run = await untilCondition(namespace, 'trainingrun/second', 'Promoted', 'False');
      assert.equal(conditionOf(run, 'Promoted')?.reason, 'RolloutFailed');
      const announced = (await eventsAbout(namespace, 'Model', 'aapl')).join('\n');
      assert.match(announced, new RegExp(`^RolloutFailed: .*${second}.*classifier\\.bin`, 'm'));
      await until('the Deployment is rolled back', namespace, async () => {
        const pods = await serversOf(namespace, 'aapl');
        return pods.length === 1 && pods[0]?.metadata.labels?.['bellwether.dev/version'] === first;
      });
      assert.equal(await versionAnswering(namespace, 'aapl'), first);
    });

    it('is served when the file is restored and the run is pinned', async () => {
      await repair(second);
      // No further rollout may fail by its deadline.
      const serving = { rolloutDeadlineSeconds: 300 };
      await patchSpec(namespace, 'model/aapl', { pinnedRun: 'second', serving });
      await untilServed(namespace, 'aapl', { version: second });
      assert.equal((await championOf(namespace, 'aapl'))?.run, 'second');
    });
  });

  describe('of the champion that serves', () => {
    it('keeps new servers from becoming ready; running ones keep serving from memory', async () => {
      await corruptFile(namespace, 'aapl', fileOf(second));
      await scale(namespace, 'aapl', 2);
      const found = await untilModel('names the file', model =>
        /classifier\.bin/.test(messageOf(model, 'Ready')),
      );
      assert.equal(conditionOf(found, 'Ready')?.status, 'True');
      assert.match(messageOf(found, 'Ready'), /1 of 2 servers are available: .*classifier\.bin/);
      assert.equal(await versionAnswering(namespace, 'aapl'), second);
      await repair(second);
      await untilServed(namespace, 'aapl', { version: second, servers: 2 });
    });
  });
});
