/** The CRDs on a real API server, which accepts and rejects the same objects as the zod schemas. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { apiVersion } from '../../src/api/group.ts';
import { modelSchema, modelSpecSchema } from '../../src/api/model.ts';
import { artifactFields, trainingRunSchema, trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { attempt, succeed } from '../../support/cluster/kubectl.ts';
import { definitions, specOf } from '../crd/schemas.ts';
import { specsAround } from '../crd/specs.ts';
import { acceptance, refusals } from './harness/verdicts.ts';

const namespace = 'e2e-crds';
const inNamespace = ['-n', namespace];
const dryRun = ['--dry-run=server', '-o', 'name'];
const crdNames = definitions.map(({ crd }) => crd.metadata.name);
const schemas = { TrainingRun: trainingRunSchema, Model: modelSchema };
type KindName = keyof typeof schemas;

const object = (kind: KindName, name: string, spec: unknown) => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  spec,
});

/** The API server alone refuses `data.path`. */
const namesLocalFile = (value: object) =>
  /"data":\{[^}]*"path":/.test(JSON.stringify(value).replaceAll(/"volume":\{[^}]*\}/g, ''));

/** Dry run of a change. */
const change = (target: string, patch: unknown) =>
  attempt(['patch', target, ...inNamespace, ...dryRun, '--type=merge', '-p', JSON.stringify(patch)]);

const setStatus = (target: string, status: unknown) =>
  succeed([
    'patch',
    target,
    ...inNamespace,
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  ]);

const condition = (type: string, status: string, reason: string) => ({
  type,
  status,
  reason,
  message: '',
  observedGeneration: 1,
  lastTransitionTime: '2026-01-02T22:31:00Z',
});

/** The status of a finished run, which an operator does not change. */
const finished = {
  observedGeneration: 1,
  phase: 'Complete',
  stage: 'Evaluate',
  version: '0123456789ab',
  startTime: '2026-01-02T22:30:00Z',
  completionTime: '2026-01-02T22:31:00Z',
  metrics: {
    rmse: '0.015402',
    meanRmse: '0.015411',
    accuracy: '0.8512',
    persistenceAccuracy: '0.8411',
    dieboldMarianoPValue: '0.21',
  },
  conditions: [
    condition('Complete', 'True', 'Complete'),
    condition('Failed', 'False', 'Complete'),
    condition('Suspended', 'False', 'NotSuspended'),
    condition('Promoted', 'False', 'Inconclusive'),
  ],
};

describe('CRDs', () => {
  let installedHere = false;

  before(async () => {
    const present = await attempt(['get', 'crd', ...crdNames, '-o', 'name']);
    if (present.code !== 0) {
      await succeed(['apply', '-f', 'manifests/crds']);
      installedHere = true;
    }
    await succeed(['wait', '--for=condition=Established', '--timeout=30s', 'crd', ...crdNames]);
    await attempt(['delete', 'namespace', namespace, '--ignore-not-found']);
    await succeed(['create', 'namespace', namespace]);
  });

  after(async () => {
    await succeed(['delete', 'namespace', namespace, '--wait=false']);
    if (installedHere) await succeed(['delete', 'crd', ...crdNames]);
  });

  it('are accepted by kubectl apply, and are structural', async () => {
    await succeed(['apply', '--dry-run=server', '-f', 'manifests/crds']);
    const listed = JSON.parse(await succeed(['get', 'crd', ...crdNames, '-o', 'json']));
    for (const { metadata, status } of listed.items) {
      const conditions = Object.fromEntries(
        status.conditions.map((each: { type: string; status: string }) => [each.type, each.status]),
      );
      assert.deepEqual(conditions, { NamesAccepted: 'True', Established: 'True' }, metadata.name);
    }
  });

  it('document their fields in kubectl explain', async () => {
    const text = await succeed(['explain', 'tr.spec.classifier']);
    assert.match(text, /trees\s+<integer>\n\s+Number of trees\./);
    assert.match(await succeed(['explain', 'mdl']), /Model serves the best/);
  });

  describe('reject', () => {
    for (const { kind, name = 'case', spec, field } of refusals) {
      it(`${kind} ${name === 'case' ? JSON.stringify(spec) : name}, naming ${field}`, async () => {
        const wrong = object(kind, name, spec);
        const { code, stderr } = await attempt(['create', ...dryRun, '-f', '-'], wrong);
        assert.notEqual(code, 0);
        assert.ok(stderr.includes(field), stderr);
        assert.equal(schemas[kind].safeParse(wrong).success, false);
      });
    }

    it('a file of the pod, which only local runs may name, and say what to use instead', async () => {
      const data = { source: 'File', path: '/etc/passwd' };
      for (const [kind, spec] of [
        ['TrainingRun', { data }],
        ['Model', { runTemplate: { spec: { data } } }],
      ] as const) {
        const local = object(kind, 'local', spec);
        const { code, stderr } = await attempt(['create', ...dryRun, '-f', '-'], local);
        assert.notEqual(code, 0);
        assert.match(stderr, /data\.path: .* is for local runs: .* data\.volume/);
        assert.equal(schemas[kind].safeParse(local).success, true);
      }
    });

    it('unknown fields, which are dropped with --validate=ignore', async () => {
      const wrong = object('TrainingRun', 'ignored', { symbool: 'MSFT' });
      const text = await succeed(
        ['create', '--validate=ignore', '--dry-run=server', '-o', 'json', '-f', '-'],
        wrong,
      );
      assert.deepEqual(JSON.parse(text).spec, trainingRunSpecSchema.parse({}));
    });
  });

  describe('agree with zod about', () => {
    for (const kind of ['TrainingRun', 'Model'] as const) {
      it(`random specs around the bounds of a ${kind}`, async () => {
        const seed = Number(process.env.E2E_SEED ?? 20_261_201);
        const specs = fc.sample(specsAround(specOf(kind)), { numRuns: 75, seed });
        const objects = specs.map((spec, index) => object(kind, `case-${index}`, spec));
        const accepted = await acceptance(objects);
        assert.ok(accepted.size > 10 && accepted.size < 65, `${accepted.size} of 75 taken`);
        const disagreements = objects.filter(
          each =>
            (schemas[kind].safeParse(each).success && !namesLocalFile(each)) !==
            accepted.has(each.metadata.name),
        );
        assert.deepEqual(disagreements, [], `seed ${seed}`);
      });
    }
  });

  it('set the same defaults as zod', async () => {
    const filled = async (kind: KindName, spec: unknown) => {
      const text = await succeed(
        ['create', '--dry-run=server', '-o', 'json', '-f', '-'],
        object(kind, 'minimal', spec),
      );
      return JSON.parse(text).spec;
    };
    const run = { stages: [{ name: 'Train' }], data: { source: 'Sample' } };
    const model = {
      serving: { autoscaling: { maxReplicas: 3 }, serviceMonitor: {}, disruptionBudget: {} },
      schedule: { cron: '30 22 * * 1-5' },
      runTemplate: {},
    };
    assert.deepEqual(await filled('TrainingRun', {}), trainingRunSpecSchema.parse({}));
    assert.deepEqual(await filled('TrainingRun', run), trainingRunSpecSchema.parse(run));
    assert.deepEqual(await filled('Model', {}), modelSpecSchema.parse({}));
    assert.deepEqual(await filled('Model', model), modelSpecSchema.parse(model));
  });

  describe('a run', () => {
    /** Another value for each field that determines artifacts. */
    const others: Record<(typeof artifactFields)[number], unknown> = {
      model: 'other',
      symbol: 'MSFT',
      data: { start: '2013-01-01' },
      features: { shortWindow: 11 },
      risk: { horizonDays: 2 },
      regressor: { rounds: 50 },
      classifier: { trees: 100 },
      validation: { folds: 4 },
      seed: 2,
    };

    before(async () => {
      await succeed(['create', '-f', '-'], object('TrainingRun', 'waiting', { suspend: true }));
      await succeed(['create', '-f', '-'], object('TrainingRun', 'ended', { suspend: true }));
      await setStatus('tr/ended', finished);
    });

    it('can be edited until it starts', async () => {
      const { code, stderr } = await change('tr/waiting', { spec: others });
      assert.equal(code, 0, stderr);
    });

    for (const field of artifactFields) {
      it(`has an immutable ${field} once started`, async () => {
        const { code, stderr } = await change('tr/ended', { spec: { [field]: others[field] } });
        assert.notEqual(code, 0);
        assert.match(stderr, new RegExp(`spec\\.${field} is immutable once the run has started`));
      });
    }

    it('can be given its default Model explicitly', async () => {
      const { code, stderr } = await change('tr/ended', { spec: { model: 'ended' } });
      assert.equal(code, 0, stderr);
    });

    it('can be suspended, limited and given another pod template at any time', async () => {
      const spec = {
        suspend: false,
        ttlSecondsAfterFinished: 60,
        activeDeadlineSeconds: 60,
        stages: [{ name: 'Train', backoffLimit: 0 }],
        podTemplate: { nodeSelector: { disk: 'ssd' } },
      };
      const { code, stderr } = await change('tr/ended', { spec });
      assert.equal(code, 0, stderr);
    });

    for (const [selector, names] of [
      ['spec.symbol=AAPL', ['ended', 'waiting']],
      ['spec.symbol=MSFT', []],
      ['status.phase=Complete', ['ended']],
      ['spec.symbol!=MSFT,status.phase!=Complete', ['waiting']],
    ] as const) {
      it(`is selected by ${selector}`, async () => {
        const found = await succeed([
          'get',
          'tr',
          ...inNamespace,
          `--field-selector=${selector}`,
          '-o',
          'name',
        ]);
        assert.deepEqual(
          found.split('\n').filter(Boolean),
          names.map(name => `trainingrun.bellwether.dev/${name}`),
        );
      });
    }

    it('shows its state in kubectl get', async () => {
      const [header, row] = (await succeed(['get', 'tr', 'ended', ...inNamespace])).trim().split('\n');
      assert.match(
        header ?? '',
        /^NAME +MODEL +STAGE +PHASE +REASON +RMSE +MEAN RMSE +ACCURACY +PROMOTION +AGE$/,
      );
      assert.match(
        row ?? '',
        /^ended +Evaluate +Complete +Complete +0\.015402 +0\.015411 +0\.8512 +Inconclusive +/,
      );
      const wide = await succeed(['get', 'tr', 'ended', ...inNamespace, '-o', 'wide']);
      assert.match(wide, /AAPL +0123456789ab +0\.21 +0\.8411/);
    });
  });

  describe('lists by name', () => {
    const env = (...names: string[]) => ({
      podTemplate: { env: names.map(name => ({ name, value: name })) },
    });
    const secrets = { podTemplate: { imagePullSecrets: [{ name: 'one' }, { name: 'one' }] } };

    for (const [what, spec] of [
      ['variables', env('ONE', 'ONE')],
      ['secrets', secrets],
    ] as const) {
      it(`refuse two ${what} of one name`, async () => {
        const { code, stderr } = await attempt(
          ['create', ...dryRun, '-f', '-'],
          object('TrainingRun', 'twice', spec),
        );
        assert.notEqual(code, 0);
        assert.match(stderr, /spec\.podTemplate\.(env|imagePullSecrets)\[1\]: Duplicate value/);
      });
    }

    it('take entries from several managers', async () => {
      for (const name of ['ONE', 'TWO']) {
        await succeed(
          ['apply', '--server-side', `--field-manager=${name.toLowerCase()}`, '-f', '-'],
          object('TrainingRun', 'shared', { suspend: true, ...env(name) }),
        );
      }
      const shared = JSON.parse(await succeed(['get', 'tr', 'shared', ...inNamespace, '-o', 'json']));
      assert.deepEqual(shared.spec.podTemplate, env('ONE', 'TWO').podTemplate);
    });
  });

  describe('a Model', () => {
    before(async () => {
      const spec = { artifacts: { claimName: 'none' } };
      await succeed(['create', '-f', '-'], object('Model', 'scaled', spec));
    });

    it('scales', async () => {
      await succeed(['scale', 'mdl/scaled', ...inNamespace, '--replicas=3']);
      const path = `/apis/${apiVersion}/namespaces/${namespace}/models/scaled/scale`;
      const scale = JSON.parse(await succeed(['get', '--raw', path]));
      assert.equal(scale.spec.replicas, 3);
    });

    const artifacts = {
      claimName: 'other',
      size: '3Gi',
      storageClassName: 'fast',
      accessMode: 'ReadWriteMany',
    };
    for (const [field, value] of Object.entries(artifacts)) {
      it(`has an immutable artifacts.${field}`, async () => {
        const { code, stderr } = await change('mdl/scaled', { spec: { artifacts: { [field]: value } } });
        assert.notEqual(code, 0);
        assert.ok(stderr.includes(`${field} is immutable`), stderr);
      });
    }

    it('has a mutable artifacts.whenDeleted', async () => {
      const { code, stderr } = await change('mdl/scaled', { spec: { artifacts: { whenDeleted: 'Delete' } } });
      assert.equal(code, 0, stderr);
    });

    it('is selected by its policy', async () => {
      const select = (policy: string) =>
        succeed([
          'get',
          'mdl',
          ...inNamespace,
          `--field-selector=spec.promotion.policy=${policy}`,
          '-o',
          'name',
        ]);
      assert.equal((await select('Automatic')).trim(), 'model.bellwether.dev/scaled');
      assert.equal((await select('Manual')).trim(), '');
    });

    it('shows its state in kubectl get', async () => {
      const text = await succeed(['get', 'mdl', 'scaled', ...inNamespace]);
      assert.match(
        text,
        /^NAME +READY +REASON +CHAMPION +VERSION +RMSE\/MEAN +ACCURACY +SERVERS +DESIRED +AGE\n/,
      );
    });
  });
});
