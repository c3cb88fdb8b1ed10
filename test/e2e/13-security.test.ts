/** Permissions of the operator, and privileges of all processes, in a namespace that enforces the restricted profile. */
import assert from 'node:assert/strict';
import { image } from '../../support/cluster/images.ts';
import { apply, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { operatorPods } from '../../support/cluster/operator-pod.ts';
import { installChart, releaseName, testChart } from '../../support/cluster/release.ts';
import { fakeRun, model } from '../../support/cluster/specs.ts';
import { until, untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { permissionsOf, serviceAccount } from './harness/permissions.ts';

/** The operator's permissions in its own namespace. */
const granted: Readonly<Record<string, string>> = {
  'bellwether.dev/trainingruns': 'get list watch create delete',
  'bellwether.dev/trainingruns/status': 'patch',
  'bellwether.dev/trainingruns/finalizers': 'update',
  'bellwether.dev/models': 'get list watch create',
  'bellwether.dev/models/status': 'patch',
  'bellwether.dev/models/finalizers': 'update',
  'batch/jobs': 'get list watch create patch delete',
  '/pods': 'list watch',
  '/persistentvolumeclaims': 'get list watch create patch',
  '/services': 'get list watch create patch',
  'apps/deployments': 'get list watch create patch',
  'autoscaling/horizontalpodautoscalers': 'get list watch create patch delete',
  'policy/poddisruptionbudgets': 'get list watch create patch delete',
  'networking.k8s.io/networkpolicies': 'get list watch create patch delete',
  'monitoring.coreos.com/servicemonitors': 'get list watch create patch delete',
  '/events': 'get list create patch',
  'coordination.k8s.io/leases': 'create',
  [`coordination.k8s.io/leases[${releaseName}]`]: 'get update',
};

/** Permissions of every account: self reviews. */
const everybodys = [
  'authentication.k8s.io/selfsubjectreviews create',
  'authorization.k8s.io/selfsubjectaccessreviews create',
  'authorization.k8s.io/selfsubjectrulesreviews create',
];

interface Inside {
  readonly user: number;
  readonly group: number;
  readonly capabilities: string;
  readonly noNewPrivileges: string;
  readonly seccomp: string;
  readonly writable: readonly string[];
  readonly token: boolean;
}

/** Run in the container: prints its privileges. */
const look = `
  const { readFileSync, rmSync, writeFileSync, existsSync } = require('node:fs');
  const status = readFileSync('/proc/self/status', 'utf8');
  const of = name => new RegExp('^' + name + ':\\\\s*(\\\\S+)', 'm').exec(status)[1];
  const folders = ['/', '/bellwether', '/etc', '/usr/local/bin', '/tmp'];
  const artifacts = ['', '/aapl', '/aapl/aapl', '/aapl/.versions', '/aapl/.track'].map(path => '/artifacts' + path);
  const writable = [...folders, ...artifacts].filter(folder => {
    try { writeFileSync(folder + '/try', ''); rmSync(folder + '/try'); return true; } catch { return false; }
  });
  console.log(JSON.stringify({ user: process.getuid(), group: process.getgid(), writable, capabilities: of('CapEff'),
    noNewPrivileges: of('NoNewPrivs'), seccomp: of('Seccomp'),
    token: existsSync('/var/run/secrets/kubernetes.io/serviceaccount/token') }));`;

describe('security', () => {
  let namespace: string;

  const inside = async (pod: string): Promise<Inside> =>
    JSON.parse(await kubectl('exec', pod, '--namespace', namespace, '--', 'node', '--eval', look));
  const podOf = (selector: string) =>
    until(`a pod of ${selector} runs`, namespace, async () => {
      const pods = await list(namespace, 'pods', selector);
      return pods.find(({ status }) => status?.phase === 'Running')?.metadata.name;
    });

  before(async () => {
    namespace = await createNamespace('security');
    await installChart(namespace);
    await apply(namespace, fakeRun('aapl', { real: true, stages: { Train: [{ sleepSeconds: 15 }] } }));
  });

  after(() => deleteNamespace(namespace));

  it('is enforced: a pod outside the restricted profile is refused', async () => {
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'root' } };
    const spec = { containers: [{ name: 'main', image }] };
    await assert.rejects(apply(namespace, { ...pod, spec }), /violates PodSecurity "restricted:latest"/);
  });

  describe("the operator's account", () => {
    it('has exactly these permissions', async () => {
      const expected = Object.entries(granted).flatMap(([what, verbs]) =>
        verbs.split(' ').map(verb => `${what} ${verb}`),
      );
      assert.deepEqual(
        await permissionsOf(serviceAccount(namespace, releaseName), namespace),
        [...expected, ...everybodys].sort(),
      );
    });

    it('has no permission in another namespace', async () => {
      for (const other of ['default', 'kube-system']) {
        assert.deepEqual(
          await permissionsOf(serviceAccount(namespace, releaseName), other),
          everybodys,
          other,
        );
      }
    });
  });

  it('gives the account of stages and servers no permission', async () => {
    assert.deepEqual(await permissionsOf(serviceAccount(namespace, 'default'), namespace), everybodys);
  });

  const unprivileged = {
    user: 1000,
    group: 1000,
    capabilities: '0000000000000000',
    noNewPrivileges: '1',
    seccomp: '2',
  };

  it('lets a stage write only the artifacts of its run and temporary files', async () => {
    const found = await inside(await podOf('bellwether.dev/run=aapl,bellwether.dev/stage=train'));
    assert.deepEqual(found, { ...unprivileged, writable: ['/tmp', '/artifacts/aapl/aapl'], token: false });
  });

  it('lets the operator write only temporary files, and gives it a token', async () => {
    const [pod = ''] = await operatorPods(namespace);
    assert.deepEqual(await inside(pod), { ...unprivileged, writable: ['/tmp'], token: true });
  });

  it('lets a server write only temporary files', async () => {
    await untilFinished(namespace, 'aapl');
    await untilCondition(namespace, 'model/aapl', 'Ready');
    const found = await inside(await podOf('bellwether.dev/model=aapl,app.kubernetes.io/component=server'));
    assert.deepEqual(found, { ...unprivileged, writable: ['/tmp'], token: false });
  });

  it("conforms to the profile in every pod, the chart's test included", async () => {
    assert.match(await testChart(namespace), /Phase: +Succeeded/);
    const events = (await list(namespace, 'events')) as unknown as { message: string }[];
    assert.deepEqual(
      events.map(({ message }) => message).filter(message => /PodSecurity|forbidden/.test(message)),
      [],
    );
  });

  it('runs operator, stages and servers as any user', async () => {
    const [user, group] = [1_000_650_000, 0];
    await installChart(namespace, { podSecurityContext: { runAsUser: user, runAsGroup: group } });
    const podTemplate = { securityContext: { runAsUser: user, runAsGroup: group, fsGroup: group } };
    await apply(
      namespace,
      model('anybody', { serving: { podTemplate } }),
      fakeRun('anybody', { real: true }, { podTemplate }),
    );
    const run = await untilFinished(namespace, 'anybody');
    assert.equal(run.status?.phase, 'Complete', JSON.stringify(run.status));
    await untilCondition(namespace, 'model/anybody', 'Ready');
    const [operator = ''] = await operatorPods(namespace);
    const server = await podOf('bellwether.dev/model=anybody,app.kubernetes.io/component=server');
    for (const pod of [operator, server]) {
      const found = await inside(pod);
      assert.deepEqual([found.user, found.group], [user, group], pod);
    }
  });
});
