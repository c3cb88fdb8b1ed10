import assert from 'node:assert/strict';
import { allowedRules, allowedSchema } from '../../../src/api/allowed.ts';
import { modelSpecSchema } from '../../../src/api/model.ts';
import { modelNotAllowed, runNotAllowed } from '../../../src/controller/decide/allowed.ts';
import { decide } from '../../../src/controller/decide/decide.ts';
import type { ModelResource, Observation, RunResource } from '../../../src/controller/observation.ts';
import type { Plan } from '../../../src/controller/plan.ts';
import { withOperator } from '../../../src/controller/render/applied.ts';
import { renderDeployment } from '../../../src/controller/render/deployment.ts';
import { definitions } from '../../crd/schemas.ts';
import {
  aClaim,
  aJob,
  aModel,
  anObservation,
  aPod,
  aRun,
  aSpec,
  aSucceededPod,
  at,
  someSettings,
} from '../builders.ts';
import { championOf, deploymentOf, one, rolloutOf, servingOf } from './serving/builders.ts';

const closed = someSettings({ allowed: allowedSchema.parse({}) });
const opened = (lists: object) => someSettings({ allowed: allowedSchema.parse(lists) });

const required = { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [] } };
const preferred = { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } };

/** Pod templates, the field and the values that are refused by default, and lists that allow them; null: none can. */
const templates: [template: object, refused: string, lists: object | null][] = [
  [{ image: 'evil.test/miner:1' }, 'image: evil.test/miner:1', { images: ['evil.test/*'] }],
  [{ image: 'bellwether:test2' }, 'image: bellwether:test2', { images: ['bellwether:test2'] }],
  [{ env: [{ name: 'NODE_OPTIONS', value: '--import=data:' }] }, 'env: NODE_OPTIONS', null],
  [{ env: [{ name: 'BELLWETHER_RUN', value: '{}' }] }, 'env: BELLWETHER_RUN', null],
  [
    { env: ['LD_PRELOAD', 'TZ', 'NODE_EXTRA_CA_CERTS'].map(name => ({ name, value: 'x' })) },
    'env: LD_PRELOAD, NODE_EXTRA_CA_CERTS',
    { environment: ['LD_*', 'NODE_EXTRA_CA_CERTS', 'TZ'] },
  ],
  [{ labels: { app: 'payments' } }, 'labels: app', { labels: ['app'] }],
  [{ labels: { 'bellwether.dev/run': 'other' } }, 'labels: bellwether.dev/run', null],
  [
    { annotations: { 'sidecar.istio.io/inject': 'true' } },
    'annotations: sidecar.istio.io/inject',
    { annotations: ['sidecar.istio.io/*'] },
  ],
  [{ serviceAccountName: 'admin' }, 'serviceAccountName: admin', { serviceAccounts: ['admin'] }],
  [
    { priorityClassName: 'system-node-critical' },
    'priorityClassName: system-node-critical',
    { priorityClasses: ['*'] },
  ],
  [{ tolerations: [{ operator: 'Exists' }] }, 'tolerations: (every key)', { tolerations: ['*'] }],
  [
    { tolerations: [{ key: 'node-role.kubernetes.io/control-plane' }] },
    'tolerations: node-role.kubernetes.io/control-plane',
    { tolerations: ['node-role.kubernetes.io/*'] },
  ],
  [
    { affinity: required },
    'affinity.podAntiAffinity: requiredDuringSchedulingIgnoredDuringExecution',
    { podAntiAffinity: ['*'] },
  ],
];

const harmless = {
  image: 'bellwether:test',
  imagePullPolicy: 'Always',
  imagePullSecrets: [{ name: 'registry' }],
  env: [
    { name: 'HTTPS_PROXY', value: 'http://proxy.test' },
    { name: 'no_proxy', value: '.test' },
    { name: 'TZ', value: 'UTC' },
  ],
  labels: { 'bellwether.dev/team': 'a' },
  annotations: { 'bellwether.dev/note': 'a' },
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'node.kubernetes.io/unreachable', operator: 'Exists', tolerationSeconds: 30 }],
  affinity: { nodeAffinity: {}, podAffinity: {}, ...preferred },
  topologySpreadConstraints: [{ maxSkew: 1 }],
  serviceAccountName: 'default',
  securityContext: { runAsUser: 2000, runAsGroup: 0, fsGroup: 0 },
};

const runWith = (spec: object, settings = closed) => runNotAllowed({ model: 'aapl', spec }, settings);
const modelWith = (spec: object, settings = closed) => modelNotAllowed({ name: 'aapl', spec }, settings);

describe('what pods may be given', () => {
  for (const [template, refused, lists] of templates) {
    const places: [string, (template: object, settings?: typeof closed) => string[]][] = [
      ['spec.podTemplate', (podTemplate, settings) => runWith({ podTemplate }, settings)],
      [
        'spec.serving.podTemplate',
        (podTemplate, settings) => modelWith({ serving: { podTemplate } }, settings),
      ],
      [
        'spec.runTemplate.spec.podTemplate',
        (podTemplate, settings) => modelWith({ runTemplate: { spec: { podTemplate } } }, settings),
      ],
    ];
    for (const [place, find] of places) {
      it(`does not include ${place}.${refused}`, () => {
        const [message = '', ...others] = find(template);
        assert.deepEqual(others, []);
        assert.ok(message.startsWith(`${place}.${refused} is `), message);
        assert.match(message, lists === null ? /never allowed/ : /chart value workloads\.allowed\.\w+\.$/);
        const every = Object.fromEntries(Object.keys(allowedSchema.shape).map(name => [name, ['*']]));
        assert.equal(find(template, opened(every)).length, lists === null ? 1 : 0);
        if (lists !== null) assert.deepEqual(find(template, opened(lists)), []);
      });
    }
  }

  it('includes proxies, time zones, Bellwether’s own prefix and what only restricts the pods', () => {
    assert.deepEqual(runWith({ podTemplate: harmless }), []);
    assert.deepEqual(modelWith({ serving: { podTemplate: harmless } }), []);
  });

  it('includes the claim of the Model and no other, for artifacts and for bars', () => {
    const from = (claimName: string) => ({ data: { volume: { claimName, path: 'a.csv' } } });
    assert.deepEqual(runWith(from('aapl-artifacts')), []);
    assert.match(
      runWith(from('other-artifacts'))[0] ?? '',
      /^spec\.data\.volume\.claimName: other-artifacts /,
    );
    assert.deepEqual(runWith(from('bars'), opened({ claims: ['bars'] })), []);
    assert.deepEqual(modelWith({ artifacts: { claimName: 'aapl-artifacts' } }), []);
    assert.match(
      modelWith({ artifacts: { claimName: 'payments' } })[0] ?? '',
      /^spec\.artifacts\.claimName: /,
    );
    assert.match(
      modelWith({ runTemplate: { spec: from('bars') } })[0] ?? '',
      /^spec\.runTemplate\.spec\.data\.volume\.claimName: bars /,
    );
  });

  it('includes Secrets of the Model’s name and no others', () => {
    const serving = (name: string) => ({
      serving: {
        auth: { secretName: name, metricsSecretName: name },
        tls: { secretName: name },
        serviceMonitor: { tlsConfig: { ca: { secret: { name, key: 'ca.crt' } } } },
      },
    });
    assert.deepEqual(modelWith(serving('aapl-tls')), []);
    assert.equal(modelWith(serving('aaplx')).length, 4);
    assert.match(
      modelWith(serving('payments-tls'))[0] ?? '',
      /^spec\.serving\.auth\.secretName: payments-tls /,
    );
    assert.deepEqual(modelWith(serving('payments-tls'), opened({ secrets: ['payments-*'] })), []);
  });

  it('includes no Service that opens a load balancer or takes a name of the DNS', () => {
    const service = {
      type: 'LoadBalancer',
      annotations: { 'external-dns.alpha.kubernetes.io/hostname': 'a.test' },
    };
    assert.deepEqual(modelWith({ serving: { service: { type: 'ClusterIP', port: 80 } } }), []);
    assert.equal(modelWith({ serving: { service } }).length, 2);
    const lists = { serviceTypes: ['*'], serviceAnnotations: ['external-dns.alpha.kubernetes.io/*'] };
    assert.deepEqual(modelWith({ serving: { service } }, opened(lists)), []);
  });

  it('is stated about fields that exist', () => {
    for (const { kind, crd } of definitions) {
      const rules = Object.entries(allowedRules).find(([plural]) => plural === kind.plural)?.[1] ?? [];
      assert.ok(rules.length > 0);
      const schema = crd.spec.versions[0]?.schema.openAPIV3Schema;
      for (const { field } of rules) {
        // The schema does not describe affinity.
        if (field.includes('.affinity.')) continue;
        let node = schema;
        for (const name of field.split('.')) node = node?.properties?.[name];
        assert.notEqual(node, undefined, field);
      }
    }
  });
});

const created = ({ actions }: Plan) =>
  actions.flatMap(action =>
    action.kind === 'Create' ? [`${action.type.kind}/${action.object.metadata.name}`] : [],
  );
const kinds = ({ actions }: Plan) => actions.map(({ kind, type }) => `${kind} ${type.kind}`);
const conditionsOf = (conditions: { type: string; status: string; reason: string }[] = []) =>
  Object.fromEntries(conditions.map(({ type, status, reason }) => [type, `${status} ${reason}`]));
const runReason = (plan: Plan, run = 'aapl-1') =>
  conditionsOf(plan.runStatuses.get(run)?.conditions).Complete;

const forbidden = { model: 'aapl', podTemplate: { priorityClassName: 'system-node-critical' } };
const observed = (run: RunResource, fields: Partial<Observation> = {}) =>
  anObservation({ settings: closed, claim: aClaim(), runs: [run], ...fields });

describe('a run with fields that are not allowed', () => {
  const run = aRun({ spec: aSpec(forbidden) });

  it('waits without a Job, names field, value and cure, and announces it once', () => {
    const plan = decide(observed(run));
    assert.deepEqual(created(plan), []);
    const status = plan.runStatuses.get(run.name);
    assert.equal(status?.phase, 'Pending');
    const complete = status?.conditions?.find(({ type }) => type === 'Complete');
    assert.equal(complete?.reason, 'NotAllowed');
    assert.match(
      complete?.message ?? '',
      /^spec\.podTemplate\.priorityClassName: system-node-critical is not allowed\..*workloads\.allowed\.priorityClasses\.$/,
    );
    const announced = plan.runAnnouncements.get(run.name)?.events;
    assert.deepEqual(
      announced?.map(({ type, reason }) => [type, reason]),
      [['Warning', 'NotAllowed']],
    );
    const again = decide(observed({ ...run, status: status ?? {} }));
    assert.deepEqual([again.runStatuses.size, again.runAnnouncements.size], [0, 0]);
  });

  it('creates no Model', () => {
    const plan = decide(observed(run, { model: null, claim: null }));
    assert.deepEqual([created(plan), runReason(plan)], [[], 'Unknown NotAllowed']);
  });

  it('starts once its spec or the settings are changed', () => {
    const status = decide(observed(run)).runStatuses.get(run.name) ?? {};
    const corrected = { ...run, status, generation: 2, spec: aSpec({ model: 'aapl' }) };
    assert.deepEqual(created(decide(observed(corrected))), ['Job/aapl-1-fetch']);
    const settings = opened({ priorityClasses: ['system-*'] });
    assert.deepEqual(created(decide(observed({ ...run, status }, { settings }))), ['Job/aapl-1-fetch']);
  });

  it('blocks no other run', () => {
    const other = aRun({ name: 'younger', uid: 'younger', createdAt: at(1) });
    const plan = decide(observed(run, { runs: [run, other] }));
    assert.deepEqual(created(plan), ['Job/younger-fetch']);
    assert.equal(runReason(plan), 'Unknown NotAllowed');
  });

  it('of an earlier version ends the stage that runs, and starts no other', () => {
    const started = { ...run, status: { startTime: '2026-11-23T12:00:00Z', phase: 'Running' as const } };
    const job = aJob(started, 'Fetch');
    const running = decide(observed(started, { jobs: [job], pods: [aPod(job)] }));
    assert.deepEqual([kinds(running), runReason(running)], [[], 'Unknown StageRunning']);
    const done = decide(observed(started, { jobs: [job], pods: [aSucceededPod(job)] }));
    assert.deepEqual([kinds(done), runReason(done)], [[], 'Unknown NotAllowed']);
    assert.equal(done.runStatuses.get(run.name)?.stages?.[0]?.state, 'Succeeded');
  });

  it('is not resumed', () => {
    const job = aJob(run, 'Fetch', { suspended: true, active: 0 });
    const plan = decide(observed(run, { jobs: [job] }));
    assert.deepEqual([kinds(plan), runReason(plan)], [[], 'Unknown NotAllowed']);
  });
});

describe('a run of a Model whose claim belongs to another owner', () => {
  it('waits without a Job', () => {
    const refusal = {
      kind: 'PersistentVolumeClaim',
      name: 'aapl-artifacts',
      reason: 'NameTaken',
      message: '',
    };
    const plan = decide(anObservation({ runs: [aRun()], refusals: [refusal] }));
    assert.ok(!created(plan).includes('Job/aapl-1-fetch'));
    assert.equal(runReason(plan), 'Unknown NameTaken');
  });
});

describe('a Model with fields that are not allowed', () => {
  const spec = modelSpecSchema.parse({
    serving: { podTemplate: { labels: { app: 'payments' } }, service: { type: 'LoadBalancer' } },
    schedule: { cron: '* * * * *' },
    runTemplate: { spec: {} },
    scoring: { cron: '* * * * *' },
  });
  const url = 'http://aapl.default.svc';
  const model: ModelResource = aModel({
    spec,
    status: {
      champion: championOf(one),
      serving: servingOf(one),
      rollout: rolloutOf(one, { state: 'Complete' }),
      url,
    },
  });
  const observation = anObservation({
    now: at(3600),
    settings: closed,
    claim: aClaim(),
    model,
    // As an operator that allowed everything applied it.
    deployment: deploymentOf(
      withOperator(
        renderDeployment({ settings: someSettings(), model, spec, run: 'run-1', version: one }),
        'default/bellwether',
      ),
    ),
  });

  it('keeps what it serves, and states in each condition what is not applied', () => {
    const plan = decide(observation);
    assert.deepEqual(plan.actions, []);
    const { conditions, ...status } = plan.modelStatus ?? {};
    assert.deepEqual(conditionsOf(conditions), {
      Ready: 'True Serving',
      Progressing: 'False NotAllowed',
      Scheduled: 'False NotAllowed',
      ScoringScheduled: 'False NotAllowed',
    });
    const progressing = conditions?.find(({ type }) => type === 'Progressing')?.message ?? '';
    assert.match(progressing, /spec\.serving\.podTemplate\.labels: app .*allowed\.labels\./);
    assert.match(progressing, /spec\.serving\.service\.type: LoadBalancer .*allowed\.serviceTypes\./);
    assert.deepEqual([status.champion?.version, status.serving?.version, status.url], [one, one, url]);
    assert.deepEqual(
      plan.modelAnnouncements.events.map(({ type, reason }) => [type, reason]),
      [['Warning', 'NotAllowed']],
    );
    const again = decide({ ...observation, model: { ...model, status: plan.modelStatus ?? {} } });
    assert.deepEqual([again.modelStatus, again.modelAnnouncements.events], [null, []]);
  });

  it('without servers is not Ready for that reason, and creates no claim', () => {
    const plan = decide({ ...observation, model: { ...model, status: {} }, deployment: null, claim: null });
    assert.deepEqual(plan.actions, []);
    assert.equal(conditionsOf(plan.modelStatus?.conditions).Ready, 'False NotAllowed');
  });

  it('starts no pod of its runs', () => {
    const plan = decide({ ...observation, runs: [aRun()] });
    assert.deepEqual([plan.actions, runReason(plan)], [[], 'Unknown NotAllowed']);
    assert.match(JSON.stringify(plan.runStatuses.get('aapl-1')), /Model aapl: spec\.serving/);
  });

  it('goes on when the lists allow them', () => {
    const settings = opened({ labels: ['app'], serviceTypes: ['*'] });
    const plan = decide({ ...observation, settings });
    assert.ok(created(plan).some(name => name.startsWith('TrainingRun/')));
    assert.ok(kinds(plan).includes('Create Service'), kinds(plan).join());
    assert.ok(!kinds(plan).includes('Apply Deployment'), 'its servers are not replaced');
    assert.equal(conditionsOf(plan.modelStatus?.conditions).Scheduled, 'True Scheduled');
  });
});
