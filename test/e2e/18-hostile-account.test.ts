/** An account that may create TrainingRuns and Models gets no pod, claim or Service beyond what the chart allows. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type Allowed, allowedSchema } from '../../src/api/allowed.ts';
import { modelNotAllowed, runNotAllowed } from '../../src/controller/decide/allowed.ts';
import { everythingAllowed } from '../../support/cluster/allowed.ts';
import { image, testImage } from '../../support/cluster/images.ts';
import { apply, attempt, get, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart, uninstallChart } from '../../support/cluster/release.ts';
import { claim, fakeRun, fakeServers, model, smallStages, trainingRun } from '../../support/cluster/specs.ts';
import {
  conditionOf,
  until,
  untilCondition,
  untilFinished,
  untilReason,
} from '../../support/cluster/wait.ts';
import { type Abuse, modelAbuses, runAbuses } from './harness/abuses.ts';
import { patchSpec } from './harness/change.ts';
import { type OperatorProcess, startOperatorProcess } from './harness/operator-process.ts';
import { serviceAccount } from './harness/permissions.ts';
import { startWatch, type Watch } from './harness/watch.ts';

const closed = allowedSchema.parse({});
/** For fake stages and servers. */
const fakes: Partial<Allowed> = { images: [testImage], environment: ['FAKE_*'] };
const cure = /An administrator can allow it with the chart value workloads\.allowed\.\w+\.|is never allowed/;

describe('a hostile account', () => {
  let namespace: string;
  let operator: OperatorProcess;
  let pods: Watch;

  /** As the account that has the chart's role edit, or the one that may only create TrainingRuns. */
  const createAs = (account: 'editor' | 'runner', ...objects: readonly object[]) =>
    attempt(
      ['create', '-f', '-', '--namespace', namespace, `--as=${serviceAccount(namespace, account)}`],
      ...objects,
    );
  const install = (workloads: object) =>
    installChart(namespace, { replicas: 0, rbac: { aggregate: true }, workloads });
  const restart = async (allowed: Partial<Allowed>) => {
    await operator.stop();
    operator = await startOperatorProcess(namespace, { allowed });
  };
  const assertNamed = (text: string, { field, value }: Abuse) => {
    assert.ok(text.includes(`${field}: ${value} is `), `${field}: ${text}`);
    assert.match(text, cure);
  };
  const role = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name });
  const bind = (account: string, roleRef: object, name = account) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name },
    roleRef,
    subjects: [{ kind: 'ServiceAccount', name: account, namespace }],
  });

  before(async () => {
    namespace = await createNamespace('hostile');
    await install({ allowed: closed, admissionPolicy: false });
    const account = (name: string) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
    await apply(
      namespace,
      account('editor'),
      account('runner'),
      account('payments'),
      bind('editor', role(`${namespace}-bellwether-edit`)),
      bind('editor', role(`${namespace}-bellwether-view`), 'editor-view'),
      {
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'Role',
        metadata: { name: 'runner' },
        rules: [{ apiGroups: ['bellwether.dev'], resources: ['trainingruns'], verbs: ['create'] }],
      },
      bind('runner', { ...role('runner'), kind: 'Role' }),
      claim('payments-data'),
      claim('payments-artifacts'),
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'payments' },
        spec: { selector: { app: 'payments' }, ports: [{ port: 80 }] },
      },
    );
    pods = await startWatch(namespace, 'pods');
    operator = await startOperatorProcess(namespace, { allowed: closed });
  });

  after(async () => {
    await operator?.stop();
    await pods?.stop();
    await uninstallChart(namespace);
    await deleteNamespace(namespace);
  });

  it('gets no pod without the admission policy, and the status names field, value and cure', async () => {
    assert.equal((await createAs('runner', ...runAbuses.map(({ object }) => object))).code, 0);
    const models = await createAs('editor', ...modelAbuses.map(({ object }) => object));
    assert.equal(models.code, 0, models.stderr);
    const found = await until('each is NotAllowed', namespace, async () => {
      const all = [...(await list(namespace, 'trainingruns')), ...(await list(namespace, 'models'))];
      const settled = all.filter(({ status }) =>
        (status?.conditions ?? []).some(({ reason }: { reason: string }) => reason === 'NotAllowed'),
      );
      return settled.length === runAbuses.length + modelAbuses.length && settled;
    });
    for (const abuse of [...runAbuses, ...modelAbuses]) {
      const { kind, metadata } = abuse.object;
      const object = found.find(each => each.kind === kind && each.metadata.name === metadata.name);
      const type = kind === 'TrainingRun' ? 'Complete' : 'Progressing';
      assertNamed(conditionOf(object ?? null, type)?.message ?? '', abuse);
    }
    assert.deepEqual(await list(namespace, 'jobs'), []);
    assert.deepEqual(await list(namespace, 'deployments', 'bellwether.dev/model'), []);
    assert.deepEqual(await list(namespace, 'persistentvolumeclaims', 'bellwether.dev/model'), []);
    assert.deepEqual(pods.names(), []);
  });

  it('mounts no claim of another team by the name of a Model', async () => {
    const run = trainingRun('payments', { data: { source: 'Sample' } });
    assert.equal((await createAs('runner', run)).code, 0);
    const found = await untilReason(namespace, 'trainingrun/payments', 'Complete', 'NameTaken', 60);
    assert.match(
      conditionOf(found, 'Complete')?.message ?? '',
      /payments-artifacts exists and does not belong/,
    );
    assert.equal(await get(namespace, 'job/payments-fetch'), null);
    await kubectl('delete', 'trainingrun/payments', 'model/payments', '--namespace', namespace);
  });

  it('is refused by the admission policy with field, value and cure', async () => {
    await install({ allowed: closed, admissionPolicy: true });
    const [probe] = runAbuses;
    await until('the policy is active', namespace, async () => {
      const { stderr } = await attempt(['create', '--dry-run=server', '-n', namespace, '-f', '-'], {
        ...probe?.object,
        metadata: { name: 'probe' },
      });
      return stderr.includes('ValidatingAdmissionPolicy');
    });
    const renamed = (abuses: readonly Abuse[]) =>
      abuses.map(({ object, ...rest }, index) => ({
        ...rest,
        object: { ...object, metadata: { name: `refused-${index}` } },
      }));
    for (const [account, abuses] of [
      ['runner', renamed(runAbuses)],
      ['editor', renamed(modelAbuses)],
    ] as const) {
      const { stdout, stderr } = await createAs(account, ...abuses.map(({ object }) => object));
      assert.equal(stdout, '');
      for (const abuse of abuses) {
        const line = stderr.split('\n').find(each => each.includes(`"${abuse.object.metadata.name}"`)) ?? '';
        assertNamed(line, abuse);
      }
    }
    for (const kind of ['trainingruns', 'models']) {
      const policy = await get(namespace, `validatingadmissionpolicy/${namespace}-bellwether-${kind}`);
      assert.equal(policy?.status?.typeChecking?.expressionWarnings, undefined);
    }
  });

  it('may change what it stored before, but not to another value that is not allowed', async () => {
    const as = `--as=${serviceAccount(namespace, 'editor')}`;
    const change = (name: string, spec: object) =>
      attempt(['patch', name, '--namespace', namespace, as, '--type=merge', '-p', JSON.stringify({ spec })]);
    for (const name of ['trainingrun/endpoint', 'model/serving-code']) {
      assert.equal((await attempt(['label', name, '--namespace', namespace, as, 'a=b'])).code, 0);
    }
    assert.equal((await change('trainingrun/endpoint', { suspend: true })).code, 0);
    assert.equal((await change('model/serving-code', { serving: { replicas: 2 } })).code, 0);
    const other = await change('trainingrun/endpoint', { podTemplate: { labels: { app: 'accounts' } } });
    assert.match(other.stderr, /spec\.podTemplate\.labels: app is not allowed/);
    const env = [{ name: 'NODE_OPTIONS', value: '--import=data:text/javascript,2' }];
    const code = await change('model/serving-code', { serving: { podTemplate: { env } } });
    assert.match(code.stderr, /spec\.serving\.podTemplate\.env: NODE_OPTIONS is never allowed/);
    const out = ['delete', 'trainingruns,models', '--all', '--namespace', namespace];
    assert.equal((await attempt([...out, `--as=${serviceAccount(namespace, 'editor')}`])).code, 0);
    assert.deepEqual(pods.names(), []);
  });

  it('is refused by the API server exactly when the operator refuses', async () => {
    const seed = Number(process.env.E2E_SEED ?? 20_261_201);
    const keys = fc.constantFrom('app', 'bellwether.dev/a', 'bellwether.dev/run', 'bellwether.device/a');
    const map = fc.dictionary(keys, fc.constant('a'), { maxKeys: 2, noNullPrototype: true });
    const name = fc.constantFrom('TZ', 'tz', 'no_proxy', 'NODE_OPTIONS', 'NODE_OPTIONS2', 'BELLWETHER_', 'A');
    const taint = fc.constantFrom('node.kubernetes.io/not-ready', 'a');
    const antiAffinity = fc.constantFrom('preferred', 'required').map(kind => ({
      podAntiAffinity: { [`${kind}DuringSchedulingIgnoredDuringExecution`]: [] },
    }));
    /** One or two of the fields. */
    const some = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
      fc
        .subarray(Object.keys(fields), { minLength: 1, maxLength: 2 })
        .chain(chosen =>
          fc.record(Object.fromEntries(chosen.map(field => [field, fields[field] ?? fc.constant({})]))),
        );
    const template = some({
      image: fc.constantFrom(image, image, `${image}0`, 'evil.test/a'),
      env: fc.uniqueArray(fc.record({ name, value: fc.constant('a') }), {
        selector: variable => variable.name,
        maxLength: 2,
      }),
      labels: map,
      annotations: map,
      serviceAccountName: fc.constantFrom('default', 'default2', ''),
      priorityClassName: fc.constantFrom('', 'high'),
      tolerations: fc.array(fc.record({ key: taint }, { requiredKeys: [] }), { maxLength: 2 }),
      affinity: fc.oneof(fc.constantFrom({}, { nodeAffinity: {} }, { podAntiAffinity: {} }), antiAffinity),
      nodeSelector: map,
    });
    const service = some({
      type: fc.constantFrom('ClusterIP', 'NodePort', 'LoadBalancer'),
      annotations: map,
      port: fc.constant(81),
    });
    const secretName = fc.constantFrom('own-tls', 'own', 'payments-tls');
    const tls = fc.record({ secretName });
    const auth = some({ secretName, metricsSecretName: secretName });
    const volume = fc.record({
      claimName: fc.constantFrom('own-artifacts', 'bars'),
      path: fc.constant('a.csv'),
    });
    const data = volume.map(bars => ({ source: 'File', volume: bars }));
    const runs = fc.sample(some({ podTemplate: template, data }), { numRuns: 120, seed });
    const models = fc.sample(
      some({
        artifacts: some({ claimName: fc.constantFrom('own-artifacts', 'other'), size: fc.constant('1Gi') }),
        serving: some({ podTemplate: template, service, tls, auth }),
        runTemplate: template.map(podTemplate => ({ spec: { podTemplate } })),
      }),
      { numRuns: 120, seed },
    );
    const settings = { image, allowed: closed };
    const named = (object: object, index: number) => ({
      ...object,
      metadata: { name: 'own', namespace, annotations: { case: String(index) } },
    });
    const cases = [
      ...runs.map(spec => ({
        object: trainingRun('own', spec),
        messages: runNotAllowed({ model: 'own', spec }, settings),
      })),
      ...models.map(spec => ({
        object: model('own', spec),
        messages: modelNotAllowed({ name: 'own', spec }, settings),
      })),
    ].map(({ object, messages }, index) => ({ object: named(object, index), messages, index }));
    const accepted = cases.filter(({ messages }) => messages.length === 0).length;
    assert.ok(accepted > 20 && accepted < 200, `${accepted} of ${cases.length} allowed`);
    const output = ['-o', 'jsonpath={.metadata.annotations.case}{"\\n"}'];
    const { stdout, stderr } = await attempt(
      ['create', '--dry-run=server', ...output, '-f', '-'],
      ...cases.map(({ object }) => object),
    );
    const taken = new Set(stdout.split('\n'));
    const refusals = stderr.split('\n').filter(line => line !== '');
    for (const { object, messages, index } of cases) {
      assert.equal(
        taken.has(String(index)),
        messages.length === 0,
        JSON.stringify({ object, messages, seed }),
      );
    }
    // kubectl prints the refusals in the order of the objects.
    const refused = cases.filter(({ messages }) => messages.length > 0);
    assert.equal(refusals.length, refused.length, stderr);
    for (const [place, { messages }] of refused.entries()) {
      const [field = ''] = messages[0]?.split(': ') ?? [];
      assert.ok(refusals[place]?.includes(` ${field}: `), `${refusals[place]}\n${messages}`);
    }
  });

  it('is accepted with the same manifest once the values are opened', async () => {
    const allowed = { ...closed, ...fakes, labels: ['app'] };
    await install({ allowed, admissionPolicy: true });
    await restart(allowed);
    const labels = { app: 'payments' };
    const run = fakeRun('opened', {}, { podTemplate: { labels }, stages: smallStages() });
    await until('it is accepted', namespace, async () => {
      const { stdout } = await createAs('runner', run);
      return stdout.includes('trainingrun.bellwether.dev/opened created');
    });
    const { status } = await untilFinished(namespace, 'opened');
    assert.equal(status?.phase, 'Complete', JSON.stringify(status?.conditions));
    const labelled = await list(namespace, 'pods', 'app=payments,bellwether.dev/run=opened');
    assert.ok(labelled.length > 0);
  });

  it('of an earlier version keeps its servers, whether the values are closed or opened', async () => {
    await install({ allowed: everythingAllowed, admissionPolicy: false });
    await restart(everythingAllowed);
    const podTemplate = {
      ...fakeServers.podTemplate,
      labels: { app: 'payments' },
      env: [{ name: 'A', value: 'b' }],
    };
    const serving = { podTemplate, service: { annotations: { 'example.com/a': 'b' } } };
    await apply(namespace, model('old', { serving }), fakeRun('old', {}, { stages: smallStages() }));
    await untilCondition(namespace, 'model/old', 'Ready');
    await untilReason(namespace, 'model/old', 'Progressing', 'Complete');
    const children = async () => {
      const [deployment, service] = [
        await get(namespace, 'deployment/old'),
        await get(namespace, 'service/old'),
      ];
      const servers = await list(
        namespace,
        'pods',
        'bellwether.dev/model=old,app.kubernetes.io/component=server',
      );
      return {
        generation: deployment?.metadata.generation,
        annotations: service?.metadata.annotations,
        pods: servers.map(({ metadata }) => metadata.uid),
      };
    };
    const before = await children();
    await restart(closed);
    await patchSpec(namespace, 'model/old', { serving: { replicas: 2 } });
    const stalled = await untilReason(namespace, 'model/old', 'Progressing', 'NotAllowed', 60);
    const message = conditionOf(stalled, 'Progressing')?.message ?? '';
    for (const value of ['images', 'environment', 'labels', 'serviceAnnotations']) {
      assert.match(message, new RegExp(`workloads\\.allowed\\.${value}\\.`));
    }
    assert.equal(conditionOf(stalled, 'Ready')?.status, 'True');
    assert.deepEqual(await children(), before);
    await patchSpec(namespace, 'model/old', { serving: { replicas: 1 } });
    await restart({
      images: [testImage],
      environment: ['A'],
      labels: ['app'],
      serviceAnnotations: ['example.com/*'],
    });
    await untilReason(namespace, 'model/old', 'Progressing', 'Complete');
    assert.deepEqual(await children(), before);
  });
});
