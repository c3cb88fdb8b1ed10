/** What is declared is what runs: fields that are taken away, changed by others, or contended by two operators. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { apply, type Fields, get, kubectl, succeed } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { fakeRun, fakeServers, model } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilFinished } from '../../support/cluster/wait.ts';
import { patchSpec, remove } from './harness/change.ts';
import { eventsOf } from './harness/events.ts';
import { type OperatorProcess, startOperatorProcess } from './harness/operator-process.ts';
import { untilServed } from './harness/serving.ts';

/** Drift must be put back within this time. */
const restoreSeconds = 10;
/** How long two operators contend in the test. */
const contentionSeconds = 30;

const additions = {
  env: [{ name: 'EXTRA', value: '1' }],
  labels: { team: 'a' },
  annotations: { 'example.com/note': 'b' },
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'spot', operator: 'Exists' }],
};

describe('drift', () => {
  let namespace: string;
  let version: string;
  const operators: OperatorProcess[] = [];

  const start = async (...flags: string[]) => {
    const operator = await startOperatorProcess(namespace, { flags });
    operators.push(operator);
    return operator;
  };
  const stopAll = async () => {
    for (const operator of operators.splice(0)) await operator.kill();
  };
  const found = async (what: string) => {
    const object = await get(namespace, what);
    assert.ok(object !== null, `${what} does not exist`);
    return object;
  };
  const template = async (): Promise<Fields> => (await found('deployment/aapl')).spec.template;
  const container = async (): Promise<Fields> =>
    (await template()).spec.containers.find(({ name }: Fields) => name === 'server');
  const envOf = async (name: string): Promise<string | undefined> =>
    (await container()).env.find((variable: Fields) => variable.name === name)?.value;
  const untilTrue = (what: string, check: () => Promise<boolean>) =>
    until(what, namespace, check, restoreSeconds);
  const untilAnnounced = (pattern: RegExp) =>
    untilTrue(`an Event matches ${pattern}`, async () =>
      (await eventsOf(namespace, 'Model', 'aapl')).some(
        ({ reason, message }) => reason === 'DriftCorrected' && pattern.test(message),
      ),
    );
  const patch = (what: string, type: 'merge' | 'json' | 'strategic', patch: unknown) =>
    kubectl('patch', what, '-n', namespace, `--type=${type}`, `--patch=${JSON.stringify(patch)}`);

  before(async () => {
    namespace = await createNamespace('drift');
    await start();
    const podTemplate = { ...fakeServers.podTemplate, ...additions };
    const service = { annotations: { 'example.com/note': 'c' } };
    await apply(namespace, model('aapl', { serving: { podTemplate, service, networkPolicy: {} } }));
    await apply(namespace, fakeRun('one', {}, { model: 'aapl' }));
    version = (await untilFinished(namespace, 'one')).status?.version;
    await untilServed(namespace, 'aapl', { version });
  });

  after(async () => {
    await stopAll();
    await deleteNamespace(namespace);
  });

  it('what was declared at birth can be taken away, and the port of the Service changed', async () => {
    assert.equal(await envOf('EXTRA'), '1');
    const none = Object.fromEntries(Object.keys(additions).map(name => [name, null]));
    await patchSpec(namespace, 'model/aapl', {
      serving: { podTemplate: none, service: { annotations: null, port: 8000 } },
    });
    await untilServed(namespace, 'aapl', { version });
    await untilTrue('the additions are gone', async () => (await envOf('EXTRA')) === undefined);
    const { metadata, spec } = await template();
    assert.deepEqual(
      [metadata.labels.team, metadata.annotations, spec.nodeSelector, spec.tolerations],
      [undefined, undefined, undefined, undefined],
    );
    const service = await found('service/aapl');
    assert.deepEqual(
      service.spec.ports.map(({ port }: Fields) => port),
      [8000],
    );
    assert.equal(service.metadata.annotations?.['example.com/note'], undefined);
  });

  it('what others change is put back with an Event that names field and manager', async () => {
    await kubectl('set', 'env', 'deployment/aapl', 'BELLWETHER_EXPECTED_VERSION=other', '-n', namespace);
    await untilTrue(
      'the variable is put back',
      async () => (await envOf('BELLWETHER_EXPECTED_VERSION')) === version,
    );
    await untilAnnounced(
      /containers\[server\]\.env\[BELLWETHER_EXPECTED_VERSION\]\.value was changed by kubectl-set/,
    );
    await untilServed(namespace, 'aapl', { version });
    await patch('service/aapl', 'merge', { spec: { selector: { app: 'other' } } });
    await untilTrue(
      'the selector is put back',
      async () => (await found('service/aapl')).spec.selector.app === undefined,
    );
    await untilAnnounced(/^Service aapl: spec\.selector was changed by kubectl-patch; restored\.$/);
    await patch('networkpolicy/aapl', 'merge', { spec: { ingress: [{}], egress: [{}] } });
    await untilTrue('the policy is closed', async () => {
      const { egress = [], ingress } = (await found('networkpolicy/aapl')).spec;
      return egress.length === 0 && ingress[0].from !== undefined;
    });
    await kubectl('scale', 'deployment/aapl', '--replicas=2', '-n', namespace);
    await untilTrue('it is scaled back', async () => (await found('deployment/aapl')).spec.replicas === 1);
    await untilAnnounced(/^Deployment aapl: spec\.replicas was changed by kubectl; restored\.$/);
    await remove(namespace, 'networkpolicy/aapl');
    await untilTrue('the policy exists', async () => (await get(namespace, 'networkpolicy/aapl')) !== null);
    await untilAnnounced(/^NetworkPolicy aapl was deleted/);
  });

  it('what others own stays', async () => {
    const sidecar = { name: 'sidecar', image: (await container()).image, command: ['sleep', '600'] };
    const securityContext = (await container()).securityContext;
    const annotations = { 'kubectl.kubernetes.io/restartedAt': 'now' };
    await patch('deployment/aapl', 'strategic', {
      spec: {
        template: {
          metadata: { annotations },
          spec: { containers: [{ ...sidecar, securityContext }] },
        },
      },
    });
    await kubectl('set', 'env', 'deployment/aapl', 'BELLWETHER_PORT=1', '-c', 'server', '-n', namespace);
    await untilTrue('the variable is put back', async () => (await envOf('BELLWETHER_PORT')) === '8080');
    const { metadata, spec } = await template();
    assert.deepEqual(metadata.annotations, annotations);
    assert.ok(spec.containers.some(({ name }: Fields) => name === 'sidecar'));
    await patch('deployment/aapl', 'strategic', {
      spec: { template: { spec: { containers: [{ $patch: 'delete', name: 'sidecar' }] } } },
    });
  });

  it('unknown fields inside opaque ones are refused by name', async () => {
    await patchSpec(namespace, 'model/aapl', { serving: { podTemplate: { affinity: { nope: 1 } } } });
    const refused = await until('the refusal is reported', namespace, async () => {
      const condition = conditionOf(await get(namespace, 'model/aapl'), 'Progressing');
      return condition?.message.includes('nope') && condition;
    });
    assert.deepEqual([refused.status, refused.reason], ['False', 'BadRequest']);
    await patchSpec(namespace, 'model/aapl', { serving: { podTemplate: { affinity: null } } });
    await untilServed(namespace, 'aapl', { version });
  });

  it('an object that the previous version created by POST is handed over', async () => {
    await stopAll();
    const { metadata, spec, ...rest } = await found('service/aapl');
    await kubectl('delete', 'service/aapl', '-n', namespace);
    const { clusterIP: _, clusterIPs: __, ...fields } = spec;
    const { name, labels, ownerReferences, annotations } = metadata;
    const created = { ...annotations, 'example.com/of-birth': 'x' };
    await succeed(['create', '-n', namespace, '--field-manager=bellwether', '-f', '-'], {
      ...rest,
      metadata: { name, labels, ownerReferences, annotations: created },
      spec: fields,
    });
    await start();
    await untilTrue('its fields are handed over', async () => {
      const json = await kubectl(
        'get',
        'service/aapl',
        '-n',
        namespace,
        '-o',
        'json',
        '--show-managed-fields',
      );
      const service = JSON.parse(json).metadata;
      const operations = service.managedFields.map(
        ({ manager, operation }: Fields) => `${manager} ${operation}`,
      );
      return (
        operations.join() === 'bellwether Apply' && service.annotations['example.com/of-birth'] === undefined
      );
    });
  });

  it('two operators that want different things take over less and less often, and are named', async () => {
    const before = Number((await found('deployment/aapl')).metadata.generation);
    await start('--lease-name=rival', '--image-pull-policy=Never');
    await sleep(contentionSeconds * 1000);
    const changes = Number((await found('deployment/aapl')).metadata.generation) - before;
    assert.ok(changes >= 2 && changes <= 5, `${changes} changes`);
    const condition = await until('the contention is reported', namespace, async () => {
      const progressing = conditionOf(await get(namespace, 'model/aapl'), 'Progressing');
      return progressing?.reason === 'Contended' && progressing;
    });
    assert.match(
      condition.message,
      new RegExp(`operator ${namespace}/bellwether and operator ${namespace}/rival`),
    );
    const resourceVersion = async () => ((await found('model/aapl')).metadata as Fields).resourceVersion;
    await until('both write the same status: none of them changes it for 3 s', namespace, async () => {
      const earlier = await resourceVersion();
      await sleep(3000);
      return (await resourceVersion()) === earlier;
    });
  });
});
