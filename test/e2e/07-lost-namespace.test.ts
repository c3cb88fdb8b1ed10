/** Of two watched namespaces one is deleted, with the operator's role in it: the other is served. */
import assert from 'node:assert/strict';
import { apply, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart, releaseName } from '../../support/cluster/release.ts';
import { fakeRun, smallStages } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilFinished } from '../../support/cluster/wait.ts';
import { type OperatorProcess, startOperatorProcess } from './harness/operator-process.ts';
import { serviceAccount } from './harness/permissions.ts';
import { type RecordedApi, startRecordedApi } from './harness/recorded-api.ts';

describe('a watched namespace that is deleted', () => {
  let kept: string;
  let lost: string;
  let api: RecordedApi;
  let operator: OperatorProcess;

  const install = () => installChart(kept, { replicas: 0, watchNamespaces: [kept, lost] });
  const text = async (path: string) => (await fetch(`${operator.url}${path}`)).text();
  const complete = async (namespace: string, run: string) => {
    await apply(namespace, fakeRun(run, {}, { stages: smallStages() }));
    const found = await untilFinished(namespace, run);
    assert.equal(conditionOf(found, 'Complete')?.status, 'True', conditionOf(found, 'Failed')?.message);
  };

  before(async () => {
    kept = await createNamespace('kept');
    lost = await createNamespace('lost');
    await install();
    await kubectl('delete', 'namespace', lost, '--timeout=120s');
    api = await startRecordedApi(serviceAccount(kept, releaseName));
    operator = await startOperatorProcess(kept, {
      kubeconfig: api.kubeconfig,
      leaderElection: true,
      alsoWatch: [lost],
    });
  });

  after(async () => {
    await operator?.stop();
    await api?.stop();
    await deleteNamespace(kept);
    await deleteNamespace(lost);
  });

  it('does not keep a restarted operator from leading, and is reported', async () => {
    await complete(kept, 'aapl');
    assert.match(await text('/readyz'), new RegExp(`^ok\nnamespace ${lost} is not served`));
    assert.match(await text('/metrics'), new RegExp(`^bellwether_namespace_lost.*${lost}.* 1$`, 'm'));
    assert.ok(operator.lines.some(({ level, namespace }) => level === 'warn' && namespace === lost));
  });

  it('is served again when it is back', async () => {
    const labels = { 'bellwether.dev/test': 'true' };
    await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name: lost, labels } });
    await install();
    await complete(lost, 'msft');
    await until('it is ready without a remark', kept, async () => (await text('/readyz')) === 'ok\n');
  });
});
