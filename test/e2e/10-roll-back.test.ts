/** Pinning and approving runs, and the objects that belong to a Model. */
import assert from 'node:assert/strict';
import { apply, get, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { type FakeRun, fakeRun, fakeServers, model } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { approve, patchSpec, remove } from './harness/change.ts';
import {
  championOf,
  columnsOf,
  eventsAbout,
  historyOf,
  untilServed,
  versionAnswering,
} from './harness/serving.ts';

/** Figures on newer data that are not worse than the champion's, so that the run is promoted. */
const newer = (holdoutTo: string) => ({ holdoutTo });

describe('roll back and forward', () => {
  let namespace: string;
  let old: string;
  let young: string;

  const run = async (name: string, fake: FakeRun = {}): Promise<string> => {
    await apply(namespace, fakeRun(name, fake, { model: 'aapl' }));
    return (await untilFinished(namespace, name)).status?.version;
  };
  const pin = (name: string | null) => patchSpec(namespace, 'model/aapl', { pinnedRun: name });
  const promotedOf = async (name: string) =>
    conditionOf(await get(namespace, `trainingrun/${name}`), 'Promoted');

  before(async () => {
    namespace = await createNamespace('roll-back');
    await installChart(namespace);
    await apply(namespace, model('aapl', { serving: fakeServers }));
    old = await run('old');
    young = await run('young', { metrics: newer('2018-05-17') });
    await untilServed(namespace, 'aapl', { version: young });
  });

  after(() => deleteNamespace(namespace));

  it('serves the version of the pinned run, and records it in the history', async () => {
    await pin('old');
    await untilServed(namespace, 'aapl', { version: old });
    assert.equal(await versionAnswering(namespace, 'aapl'), old);
    const [entry] = await historyOf(namespace, 'aapl');
    assert.deepEqual([entry?.run, entry?.outcome, entry?.version], ['old', 'Pinned', old]);
    assert.match(entry?.message ?? '', new RegExp(`pinnedRun.*version ${young} of run young`));
    assert.equal((await promotedOf('old'))?.reason, 'Pinned');
    assert.equal((await columnsOf(namespace, 'model/aapl')).CHAMPION, 'old');
    assert.match((await eventsAbout(namespace, 'Model', 'aapl')).join('\n'), /^Pinned: Run old: /m);
  });

  it('judges challengers while a run is pinned, and promotes none', async () => {
    await run('challenger', { metrics: newer('2018-05-24') });
    const promoted = await untilCondition(namespace, 'trainingrun/challenger', 'Promoted', 'False');
    assert.match(conditionOf(promoted, 'Promoted')?.message ?? '', /pinned to run old.*not worse/);
    assert.equal((await historyOf(namespace, 'aapl'))[0]?.reason, 'Pinned');
    assert.equal(await versionAnswering(namespace, 'aapl'), old);
  });

  it('serves the newer version when pinned, and keeps it when unpinned', async () => {
    await pin('young');
    await untilServed(namespace, 'aapl', { version: young });
    await pin(null);
    const found = await until('the change is observed', namespace, async () => {
      const model = await get(namespace, 'model/aapl');
      return model?.status?.observedGeneration === model?.metadata.generation && model;
    });
    assert.equal(found.status?.champion.version, young);
    assert.equal(await versionAnswering(namespace, 'aapl'), young);
  });

  it('keeps serving if the pinned run does not exist, and reports it', async () => {
    await pin('nobody');
    const found = await until('the condition is set', namespace, async () => {
      const model = await get(namespace, 'model/aapl');
      return conditionOf(model, 'Progressing')?.reason === 'PinnedRunNotFound' && model;
    });
    assert.match(conditionOf(found, 'Progressing')?.message ?? '', /pinnedRun is nobody.*run young/);
    assert.equal(conditionOf(found, 'Ready')?.status, 'True');
    assert.equal(await versionAnswering(namespace, 'aapl'), young);
    await pin(null);
    const again = await untilServed(namespace, 'aapl', { version: young });
    assert.equal(conditionOf(again, 'Progressing')?.reason, 'Complete');
  });

  it('does not promote a run that was compared with an earlier champion', async () => {
    const slow = { stages: { Evaluate: [{ sleepSeconds: 6 }] }, metrics: newer('2018-05-31') };
    await apply(namespace, fakeRun('surprised', slow, { model: 'aapl' }));
    await until('Evaluate is running', namespace, async () => {
      const found = await get(namespace, 'trainingrun/surprised');
      return found?.status?.stage === 'Evaluate';
    });
    await pin('old');
    await until(
      'the pinned run is the champion',
      namespace,
      async () => (await championOf(namespace, 'aapl'))?.run === 'old',
    );
    await pin(null);
    const found = await untilCondition(namespace, 'trainingrun/surprised', 'Promoted', 'False');
    assert.match(
      conditionOf(found, 'Promoted')?.message ?? '',
      new RegExp(`version ${young}.*version ${old} of run old`),
    );
    assert.equal((await historyOf(namespace, 'aapl'))[0]?.reason, 'ChampionChanged');
    await untilServed(namespace, 'aapl', { version: old });
  });

  it('waits for approval if the policy is Manual', async () => {
    await patchSpec(namespace, 'model/aapl', { promotion: { policy: 'Manual' } });
    const version = await run('waiting', { metrics: newer('2018-06-07') });
    const found = await untilCondition(namespace, 'trainingrun/waiting', 'Promoted', 'Unknown');
    const { reason, message } = conditionOf(found, 'Promoted') ?? {};
    assert.equal(reason, 'AwaitingApproval');
    const command = /kubectl patch model aapl .*"approvedRun":"waiting","approvedVersion":"([0-9a-f]{12})"/;
    assert.equal(command.exec(message ?? '')?.[1], version);
    await kubectl(
      'annotate',
      'trainingrun/waiting',
      'bellwether.dev/approved=true',
      '--namespace',
      namespace,
    );
    await until('the annotation is reported', namespace, async () =>
      /promotion\.approvedRun/.test((await promotedOf('waiting'))?.message ?? ''),
    );
    assert.equal(await versionAnswering(namespace, 'aapl'), old);
    await approve(namespace, 'aapl', 'waiting');
    await untilServed(namespace, 'aapl', { version });
    assert.equal((await historyOf(namespace, 'aapl'))[0]?.reason, 'Approved');
    assert.equal((await promotedOf('waiting'))?.status, 'True');
  });
});

describe('an object of a Model', () => {
  let namespace: string;

  const uidOf = async (kind: string) => (await get(namespace, `${kind}/msft`))?.metadata.uid;
  const optional = ['horizontalpodautoscaler', 'poddisruptionbudget', 'networkpolicy'];

  before(async () => {
    namespace = await createNamespace('children');
    await installChart(namespace);
  });

  after(() => deleteNamespace(namespace));

  it('never replaces an object of another owner: the Model reports that the name is taken', async () => {
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'msft', labels: { mine: 'true' } },
      spec: { selector: { app: 'mine' }, ports: [{ port: 8080 }] },
    };
    await apply(namespace, service, model('msft', { serving: fakeServers }), fakeRun('msft'));
    const before = await get(namespace, 'service/msft');
    const found = await until('the condition is set', namespace, async () => {
      const model = await get(namespace, 'model/msft');
      return conditionOf(model, 'Ready')?.reason === 'NameTaken' && model;
    });
    assert.match(conditionOf(found, 'Ready')?.message ?? '', /Service named msft/);
    assert.deepEqual(await get(namespace, 'service/msft'), before);
  });

  it('is created once the name is free', async () => {
    await remove(namespace, 'service/msft');
    await untilCondition(namespace, 'model/msft', 'Ready');
    const owners = (await get(namespace, 'service/msft'))?.metadata.ownerReferences;
    assert.deepEqual(
      owners?.map(({ kind, name }) => [kind, name]),
      [['Model', 'msft']],
    );
  });

  it('is created when the spec has it and deleted when it no longer does', async () => {
    await patchSpec(namespace, 'model/msft', {
      serving: { autoscaling: { maxReplicas: 3 }, disruptionBudget: {}, networkPolicy: {} },
    });
    for (const kind of optional) await until(`there is a ${kind}`, namespace, () => uidOf(kind));
    await patchSpec(namespace, 'model/msft', {
      serving: { autoscaling: null, disruptionBudget: null, networkPolicy: { enabled: false } },
    });
    for (const kind of optional) {
      await until(`there is no ${kind}`, namespace, async () => (await uidOf(kind)) === undefined);
    }
  });
});
