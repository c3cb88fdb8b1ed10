/** What the API server refuses, and what a corrected spec repairs: the cause is in a condition within seconds. */
import assert from 'node:assert/strict';
import { testImage } from '../../support/cluster/images.ts';
import { apply, type Found, get, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import {
  claim,
  fakeRun,
  fakeServers,
  model,
  modelWithoutServers,
  smallStages,
} from '../../support/cluster/specs.ts';
import { conditionOf, untilCondition, untilFinished, untilReason } from '../../support/cluster/wait.ts';
import { patchSpec } from './harness/change.ts';
import { eventsOf } from './harness/events.ts';
import { type OperatorProcess, startOperatorProcess } from './harness/operator-process.ts';

const claimName = 'shared';
const quota = {
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'no-jobs' },
  spec: { hard: { 'count/jobs.batch': '0' } },
};

describe('what is refused', () => {
  let namespace: string;
  let operator: OperatorProcess;

  const apply1 = (name: string, spec: object = {}) =>
    apply(
      namespace,
      modelWithoutServers(name, claimName),
      fakeRun(name, {}, { stages: smallStages(), ...spec }),
    );
  const untilCause = async (run: string, reason: string) => {
    const found = await untilReason(namespace, `trainingrun/${run}`, 'Complete', reason, 60);
    const condition = conditionOf(found, 'Complete');
    return { found, message: condition?.message ?? '' };
  };
  const untilComplete = async (run: string) => {
    const found = await untilFinished(namespace, run);
    assert.equal(conditionOf(found, 'Complete')?.status, 'True', conditionOf(found, 'Failed')?.message);
    return found;
  };
  const fetchOf = ({ status }: Found) => status?.stages[0];

  before(async () => {
    namespace = await createNamespace('refusals');
    await installChart(namespace, { replicas: 0 });
    await apply(namespace, claim(claimName), quota);
    operator = await startOperatorProcess(namespace);
  });

  after(async () => {
    await operator?.stop();
    await deleteNamespace(namespace);
  });

  it('by a quota on Jobs is retried, and succeeds when the quota allows it', async () => {
    await apply1('quota');
    const { found, message } = await untilCause('quota', 'QuotaExceeded');
    assert.match(message, /^Fetch: .*exceeded quota: no-jobs/);
    assert.notEqual(fetchOf(found).refusedSince, undefined);
    await kubectl('delete', 'resourcequota', 'no-jobs', '--namespace', namespace);
    const complete = await untilComplete('quota');
    assert.equal(fetchOf(complete).refusedSince, undefined);
  });

  it('as a pod is reported within ten seconds, and repaired by a corrected spec', async () => {
    const [started, podTemplate] = [Date.now(), { image: testImage, serviceAccountName: 'nobody' }];
    await apply1('no-account', { podTemplate });
    const { message } = await untilCause('no-account', 'PodRefused');
    const seconds = (Date.now() - started) / 1000;
    assert.match(message, /^Fetch: its pod cannot be created: .*serviceaccount "nobody" not found/);
    assert.ok(seconds < 10, `${seconds} s`);
    await patchSpec(namespace, 'trainingrun/no-account', { podTemplate: { serviceAccountName: null } });
    const complete = await untilComplete('no-account');
    assert.deepEqual([fetchOf(complete).attempts, fetchOf(complete).relaunches], [1, undefined]);
  });

  it('as an image is repaired by a corrected spec', async () => {
    await apply1('no-image', { podTemplate: { image: 'nowhere.invalid/nothing:v1' } });
    await untilCause('no-image', 'ImagePullFailed');
    const before = await get(namespace, 'job/no-image-fetch');
    await patchSpec(namespace, 'trainingrun/no-image', { podTemplate: { image: testImage } });
    const complete = await untilComplete('no-image');
    assert.deepEqual([fetchOf(complete).attempts, fetchOf(complete).relaunches], [1, undefined]);
    assert.notEqual((await get(namespace, 'job/no-image-fetch'))?.metadata.uid, before?.metadata.uid);
    const events = await eventsOf(namespace, 'TrainingRun', 'no-image');
    assert.equal(events.filter(({ reason }) => reason === 'SpecChanged').length, 1);
  });

  it("as a server's pod is in the Model's conditions, and so is a claim that is being deleted", async () => {
    const podTemplate = { ...fakeServers.podTemplate, serviceAccountName: 'nobody' };
    await apply(
      namespace,
      model('served', { serving: { podTemplate } }),
      fakeRun('served', {}, { stages: smallStages() }),
    );
    const found = await untilReason(namespace, 'model/served', 'Ready', 'PodRefused');
    assert.match(conditionOf(found, 'Ready')?.message ?? '', /serviceaccount "nobody" not found/);
    assert.match(conditionOf(found, 'Progressing')?.message ?? '', /serviceaccount "nobody" not found/);
    await patchSpec(namespace, 'model/served', {
      serving: { podTemplate: { serviceAccountName: 'default' } },
    });
    await untilCondition(namespace, 'model/served', 'Ready');
    await kubectl('delete', 'pvc', 'served-artifacts', '--namespace', namespace, '--wait=false');
    await untilReason(namespace, 'model/served', 'Progressing', 'ClaimTerminating', 30);
  });

  it('as a schedule has a condition until it is put right', async () => {
    const schedule = { cron: '0 0 * * *', timeZone: 'Nowhere/Land' };
    const runTemplate = { spec: { symbol: 'AAPL' } };
    await apply(namespace, model('scheduled', { schedule, runTemplate }));
    const found = await untilReason(namespace, 'model/scheduled', 'Scheduled', 'InvalidSchedule', 30);
    assert.match(conditionOf(found, 'Scheduled')?.message ?? '', /Nowhere\/Land/);
    await patchSpec(namespace, 'model/scheduled', { schedule: { timeZone: 'Etc/UTC' } });
    await untilCondition(namespace, 'model/scheduled', 'Scheduled', 'True', 30);
  });
});
