/** Installing, upgrading, rolling back and uninstalling the chart: runs continue, and servers keep serving. */
import assert from 'node:assert/strict';
import { stageNames } from '../../src/api/artifacts.ts';
import { image, testImage } from '../../support/cluster/images.ts';
import { apply, type Found, get, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import {
  imageValues,
  installChart,
  releaseName,
  rollBack,
  testChart,
  uninstallChart,
} from '../../support/cluster/release.ts';
import { fakeRun, fastRun } from '../../support/cluster/specs.ts';
import { until, untilCondition, untilFinished, untilGone } from '../../support/cluster/wait.ts';
import { startsOf } from './harness/artifacts.ts';
import { askPrediction } from './harness/client.ts';
import { startLoad } from './harness/load.ts';

const servers = 'bellwether.dev/model=aapl,app.kubernetes.io/component=server';

describe('helm', () => {
  let namespace: string;
  let version: string;

  /** Waits until the servers run this image and no older ones are left. */
  const untilServedBy = (wanted: string) =>
    until(`the servers run ${wanted}`, namespace, async () => {
      const pods = await list(namespace, 'pods', servers);
      const ready = (await get(namespace, 'model/aapl'))?.status?.readyReplicas === 1;
      return ready && pods.length === 1 && pods[0]?.spec.containers[0].image === wanted;
    });
  const untilStarted = (run: string, stage: string) =>
    until(`${stage} of ${run} runs`, namespace, async () => {
      const selector = `bellwether.dev/run=${run},bellwether.dev/stage=${stage}`;
      const pods = await list(namespace, 'pods', selector);
      return pods.some(({ status }) => status?.phase === 'Running');
    });
  /** Starts a run that takes a while. */
  const startLongRun = async (name: string) => {
    await apply(
      namespace,
      fakeRun(name, { stages: { Features: [{ sleepSeconds: 12 }] } }, { model: 'aapl' }),
    );
    await untilStarted(name, 'features');
  };
  const assertRanOnce = async (name: string) => {
    const run = await untilFinished(namespace, name);
    assert.equal(run.status?.phase, 'Complete', JSON.stringify(run.status?.conditions));
    const starts = await startsOf(namespace, 'aapl', name);
    assert.deepEqual(
      starts.map(({ stage }) => stage),
      stageNames,
    );
  };

  before(async () => {
    namespace = await createNamespace('helm');
    await installChart(namespace);
    await apply(namespace, fastRun('aapl'));
    version = (await untilFinished(namespace, 'aapl')).status?.version;
    await untilServedBy(image);
  });

  after(() => deleteNamespace(namespace));

  it('installs an operator that passes helm test', async () => {
    assert.match(await testChart(namespace), /Phase: +Succeeded/);
  });

  it('rejects unknown values', async () => {
    await assert.rejects(
      installChart(namespace, { replica: 2 }),
      /additional properties 'replica' not allowed/,
    );
  });

  it('upgrades to other values during a run: no stage runs twice, and the servers are not replaced', async () => {
    const before = await list(namespace, 'pods', servers);
    await startLongRun('during-values');
    await installChart(namespace, { logLevel: 'debug', replicas: 2 });
    await assertRanOnce('during-values');
    assert.deepEqual(uids(await list(namespace, 'pods', servers)), uids(before));
  });

  it('upgrades to another image and back: servers are replaced, and no request fails', async () => {
    const load = await startLoad(namespace, 'aapl', { rate: 30, seconds: 900 });
    await until('requests are sent', namespace, async () => {
      const pod = await get(namespace, `pod/load-aapl`);
      return pod?.status?.phase === 'Running';
    });
    await startLongRun('during-image');
    await installChart(namespace, imageValues(testImage));
    await untilServedBy(testImage);
    await rollBack(namespace);
    await untilServedBy(image);
    await assertRanOnce('during-image');
    const { failures, causes, requests, versions } = await load.stop();
    assert.equal(failures, 0, JSON.stringify(causes));
    assert.ok(requests > 0);
    assert.deepEqual(
      versions.map(each => each.version),
      [version],
    );
  });

  it('uninstalls the operator completely, and nothing else', async () => {
    await uninstallChart(namespace);
    const own = `app.kubernetes.io/instance=${releaseName}`;
    const kinds = 'deployments,services,serviceaccounts,roles,rolebindings,pods';
    await until(
      'the operator is deleted',
      namespace,
      async () => (await list(namespace, kinds, own)).length === 0,
    );
    const runs = await list(namespace, 'trainingruns');
    assert.deepEqual(names(runs), ['aapl', 'during-image', 'during-values']);
    assert.equal((await list(namespace, 'customresourcedefinitions')).filter(isOurs).length, 2);
    assert.equal((await askPrediction(namespace, 'aapl')).version, version);
  });

  it('keeps servers running without an operator: a deleted pod is replaced', async () => {
    await kubectl('delete', 'pods', '--selector', servers, '--namespace', namespace);
    await kubectl('rollout', 'status', 'deployment/aapl', '--namespace', namespace, '--timeout=120s');
    assert.equal((await askPrediction(namespace, 'aapl')).version, version);
  });

  it('installs again: runs applied in the meantime are started, and the servers are not replaced', async () => {
    await apply(namespace, fakeRun('meanwhile', {}, { model: 'aapl' }));
    const before = await list(namespace, 'pods', servers);
    await installChart(namespace);
    await assertRanOnce('meanwhile');
    await untilCondition(namespace, 'model/aapl', 'Ready');
    assert.deepEqual(uids(await list(namespace, 'pods', servers)), uids(before));
    await kubectl('delete', 'trainingrun/meanwhile', '--namespace', namespace);
    await untilGone(namespace, 'job/meanwhile-train');
  });
});

function uids(found: readonly Found[]): string[] {
  return found.map(({ metadata }) => metadata.uid).sort();
}

function names(found: readonly Found[]): string[] {
  return found.map(({ metadata }) => metadata.name).sort();
}

function isOurs({ spec }: Found): boolean {
  return spec.group === 'bellwether.dev';
}
