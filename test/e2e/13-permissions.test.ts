/** The chart grants exactly the permissions that the operator uses; a proxy records its requests. */
import assert from 'node:assert/strict';
import { apply, get, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart, releaseName } from '../../support/cluster/release.ts';
import { fakeRun, fakeServers, model } from '../../support/cluster/specs.ts';
import {
  conditionOf,
  until,
  untilCondition,
  untilFinished,
  untilGone,
  untilReason,
} from '../../support/cluster/wait.ts';
import { patchSpec } from './harness/change.ts';
import { type OperatorProcess, startOperatorProcess } from './harness/operator-process.ts';
import { permissionsOf, serviceAccount } from './harness/permissions.ts';
import { type RecordedApi, startRecordedApi } from './harness/recorded-api.ts';

/** Not exercised in this cluster: it has no ServiceMonitors and does not enforce OwnerReferencesPermissionEnforcement. */
const unused = (permission: string) =>
  permission.startsWith('monitoring.coreos.com/servicemonitors ') ||
  permission.endsWith('/finalizers update');

const everything = {
  autoscaling: { maxReplicas: 2 },
  disruptionBudget: {},
  networkPolicy: {},
};
const everythingElse = {
  autoscaling: { maxReplicas: 3 },
  disruptionBudget: { minAvailable: 0 },
  networkPolicy: { from: [] },
  service: { annotations: { changed: 'yes' } },
  podTemplate: { ...fakeServers.podTemplate, annotations: { changed: 'yes' } },
};
const optional = ['horizontalpodautoscalers', 'poddisruptionbudgets', 'networkpolicies'];

describe('the permissions of the operator', () => {
  let namespace: string;
  let account: string;
  let api: RecordedApi;
  let operator: OperatorProcess;

  before(async () => {
    namespace = await createNamespace('permissions');
    account = serviceAccount(namespace, releaseName);
    await installChart(namespace, { replicas: 0 });
    api = await startRecordedApi(account);
    operator = await startOperatorProcess(namespace, { kubeconfig: api.kubeconfig, leaderElection: true });
  });

  after(async () => {
    await operator?.stop();
    await api?.stop();
    await deleteNamespace(namespace);
  });

  it('suffice for a run that is suspended twice, loses a report, creates its Model and expires by its TTL', async () => {
    const stages = { Fetch: [{ report: '' }], Features: [{ sleepSeconds: 600 }, { sleepSeconds: 600 }] };
    await apply(namespace, fakeRun('suspended', { stages }, { ttlSecondsAfterFinished: 20 }));
    for (const attempt of [1, 2]) {
      await until(`attempt ${attempt} of Features runs`, namespace, async () => {
        const pods = await list(
          namespace,
          'pods',
          'bellwether.dev/run=suspended,bellwether.dev/stage=features',
        );
        return pods.some(
          ({ metadata, status }) => status?.phase === 'Running' && metadata.deletionTimestamp === undefined,
        );
      });
      await patchSpec(namespace, 'trainingrun/suspended', { suspend: true });
      await untilCondition(namespace, 'trainingrun/suspended', 'Suspended');
      await until('its pod has terminated', namespace, async () => {
        const pods = await list(
          namespace,
          'pods',
          'bellwether.dev/run=suspended,bellwether.dev/stage=features',
        );
        return pods.every(({ status }) => status?.phase !== 'Running');
      });
      await patchSpec(namespace, 'trainingrun/suspended', { suspend: false });
    }
    const { status } = await untilFinished(namespace, 'suspended');
    assert.equal(conditionOf({ status } as never, 'Complete')?.status, 'True', JSON.stringify(status));
    await untilGone(namespace, 'trainingrun/suspended');
    assert.notEqual(await get(namespace, 'model/suspended'), null);
  });

  it('suffice to see why a Job has no pod', async () => {
    await apply(namespace, fakeRun('no-account', {}, { podTemplate: { serviceAccountName: 'nobody' } }));
    const found = await untilReason(namespace, 'trainingrun/no-account', 'Complete', 'PodRefused');
    const condition = conditionOf(found, 'Complete');
    assert.match(condition?.message ?? '', /serviceaccount "nobody" not found/);
    await patchSpec(namespace, 'trainingrun/no-account', { suspend: true });
  });

  it('suffice for a Model with every optional object, added, changed, removed, and with a schedule', async () => {
    const serving = { ...fakeServers, ...everything };
    await apply(namespace, model('served', { serving }), fakeRun('first', {}, { model: 'served' }));
    await untilCondition(namespace, 'model/served', 'Ready');
    for (const kind of optional) assert.notEqual(await get(namespace, `${kind}/served`), null, kind);

    await patchSpec(namespace, 'model/served', { serving: everythingElse });
    await until('each child has changed', namespace, async () => {
      const [service, deployment, autoscaler, budget, policy] = await Promise.all(
        ['service', 'deployment', ...optional].map(kind => get(namespace, `${kind}/served`)),
      );
      return (
        service?.metadata.annotations?.changed === 'yes' &&
        deployment?.spec.template.metadata.annotations?.changed === 'yes' &&
        autoscaler?.spec.maxReplicas === 3 &&
        budget?.spec.minAvailable === 0 &&
        policy?.metadata.annotations !== undefined
      );
    });

    await patchSpec(namespace, 'model/served', {
      serving: { autoscaling: null, disruptionBudget: null, networkPolicy: { enabled: false } },
      schedule: { cron: '* * * * *' },
      runTemplate: { spec: { suspend: true } },
      artifacts: { whenDeleted: 'Delete' },
    });
    await until('the Model owns its claim', namespace, async () => {
      const claim = await get(namespace, 'pvc/served-artifacts');
      return claim?.metadata.ownerReferences?.[0]?.name === 'served';
    });
    for (const kind of optional) await untilGone(namespace, `${kind}/served`);
    await until('the schedule has created a run', namespace, async () => {
      const runs = await list(namespace, 'trainingruns');
      return runs.some(({ metadata }) => metadata.ownerReferences?.[0]?.name === 'served');
    });
  });

  it('are complete', () => {
    assert.deepEqual([...api.forbidden], []);
  });

  it('are all used', async () => {
    const defaultPermissions = await permissionsOf(serviceAccount(namespace, 'default'), namespace);
    const granted = (await permissionsOf(account, namespace))
      .filter(permission => !defaultPermissions.includes(permission))
      .map(permission => permission.replace(/\[.*\]/, ''));
    assert.deepEqual(
      [...api.used].sort(),
      [...new Set(granted)].filter(permission => !unused(permission)).sort(),
    );
  });
});
