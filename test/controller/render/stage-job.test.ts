import assert from 'node:assert/strict';
import fc from 'fast-check';
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { type TrainingRunSpec, trainingRunSpecSchema } from '../../../src/api/training-run.ts';
import { renderStageJob, type StageJobInput } from '../../../src/controller/render/stage-job.ts';
import { parseRunText } from '../../../src/pipeline/run-file.ts';
import { readStageOptions } from '../../../src/pipeline/stage-options.ts';
import { specOf } from '../../crd/schemas.ts';
import { specsAround } from '../../crd/specs.ts';
import { aModel, aRun, aSpec, someSettings } from '../builders.ts';

function rendered(stage: StageName, fields: Partial<StageJobInput> = {}) {
  const { spec: modelSpec } = aModel();
  assert.ok(modelSpec);
  const { metadata, spec } = renderStageJob({
    settings: someSettings({ sourceEnvironment: { YAHOO_QUERY_HOST: 'yahoo.test' } }),
    run: aRun(),
    spec: aSpec(),
    modelSpec,
    stage,
    startedAt: '2026-11-23T12:00:00Z',
    champion: '0123456789ab',
    served: ['0123456789ab'],
    tenures: [{ version: '0123456789ab', since: '2026-11-20T12:00:00Z' }],
    ...fields,
  });
  const pod = spec.template.spec ?? assert.fail();
  const container = pod.containers[0] ?? assert.fail();
  return { metadata, spec, podMetadata: spec.template.metadata, pod, container };
}

/** The container's environment as the kubelet sets it: references to earlier variables are replaced. */
function environmentOf({ container }: ReturnType<typeof rendered>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const { name, value = '' } of container.env ?? []) {
    environment[name] = value.replace(/\$(?:\$|\(([^)]*)\))/g, (reference, earlier?: string) =>
      earlier === undefined ? '$' : (environment[earlier] ?? reference),
    );
  }
  return environment;
}

/** The spec that the stage program reads in the container. */
function specInContainer(job: ReturnType<typeof rendered>): TrainingRunSpec {
  const [program, ...args] = job.container.args ?? [];
  assert.equal(program, 'stage');
  const { run } = readStageOptions(args, environmentOf(job)) ?? assert.fail();
  return parseRunText(run ?? '', 'run').spec;
}

/** The spec with the defaults of the fields that only the operator reads. */
function withoutOperatorFields(spec: TrainingRunSpec): TrainingRunSpec {
  const { stages, podTemplate, suspend, activeDeadlineSeconds, ttlSecondsAfterFinished, ...rest } = spec;
  return trainingRunSpecSchema.parse(rest);
}

describe('the Job of a stage', () => {
  const own = { path: '/artifacts/aapl/aapl-1', subPath: 'aapl/aapl-1', readOnly: false };
  const mountsOf = (stage: StageName, fields: Partial<StageJobInput> = {}) =>
    (rendered(stage, fields).container.volumeMounts ?? [])
      .filter(({ name }) => name === 'artifacts')
      .map(({ mountPath, subPath, readOnly }) => ({ path: mountPath, subPath, readOnly }));

  it('mounts only the folder of its run', () => {
    for (const stage of ['Fetch', 'Features', 'Train'] as const) assert.deepEqual(mountsOf(stage), [own]);
  });

  it('mounts what Evaluate publishes to, and the versions that serve read-only', () => {
    const below = (path: string, readOnly = false) => ({
      path: `/artifacts/aapl/${path}`,
      subPath: `aapl/${path}`,
      readOnly,
    });
    assert.deepEqual(mountsOf('Evaluate', { served: ['0123456789ab', 'abababababab'] }), [
      own,
      below('.versions'),
      below('.versions/0123456789ab', true),
      below('.versions/abababababab', true),
      below('.track'),
    ]);
    assert.deepEqual(mountsOf('Evaluate', { champion: null, served: [] }), [
      own,
      below('.versions'),
      below('.track'),
    ]);
  });

  it('is named, labelled and owned so that it is created once and deleted with its run', () => {
    const { metadata, spec, podMetadata } = rendered('Train');
    assert.equal(metadata.name, 'aapl-1-train');
    assert.deepEqual(metadata.ownerReferences, [
      {
        apiVersion: 'bellwether.dev/v1alpha1',
        kind: 'TrainingRun',
        name: 'aapl-1',
        uid: 'uid-of-run-aapl-1',
        controller: true,
        blockOwnerDeletion: true,
      },
    ]);
    const { 'bellwether.dev/template': digest, ...others } = metadata.annotations ?? {};
    assert.match(digest ?? '', /^[0-9a-f]{16}$/);
    assert.deepEqual(others, { 'bellwether.dev/started-at': '2026-11-23T12:00:00Z' });
    assert.equal(metadata.labels?.['bellwether.dev/stage'], 'train');
    assert.deepEqual(podMetadata?.labels, metadata.labels);
    assert.equal(spec.ttlSecondsAfterFinished, undefined);
  });

  it('retries, except after permanent failures, and does not count disruptions', () => {
    const { spec, pod } = rendered('Fetch');
    assert.equal(spec.backoffLimit, 2);
    assert.equal(spec.activeDeadlineSeconds, 3600);
    assert.equal(spec.podReplacementPolicy, 'Failed');
    assert.equal(pod.restartPolicy, 'Never');
    assert.deepEqual(spec.podFailurePolicy?.rules, [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: 'FailJob', onExitCodes: { containerName: 'stage', operator: 'In', values: [64, 65, 66] } },
    ]);
  });

  it('takes its limits from the stage of that name', () => {
    const stages = [{ name: 'Train', backoffLimit: 0, activeDeadlineSeconds: 60 }];
    const train = rendered('Train', { spec: aSpec({ stages }) }).spec;
    assert.deepEqual([train.backoffLimit, train.activeDeadlineSeconds], [0, 60]);
    assert.equal(rendered('Fetch', { spec: aSpec({ stages }) }).spec.backoffLimit, 2);
  });

  it('passes every field that stages read on to the stage program, with the model named', () => {
    fc.assert(
      fc.property(specsAround(specOf('TrainingRun')), fc.constantFrom(...stageNames), (fields, stage) => {
        const { success, data: spec } = trainingRunSpecSchema.safeParse(fields);
        fc.pre(success);
        const expected = withoutOperatorFields({ ...spec, model: 'aapl' });
        assert.deepEqual(specInContainer(rendered(stage, { spec })), expected);
      }),
      { numRuns: 500 },
    );
  });

  it('passes on text that Kubernetes would expand in a variable', () => {
    const path = '/data/$(HOME)/$$(A)/$A/$.csv';
    const podTemplate = { env: [{ name: 'HOME', value: '/root' }] };
    const job = rendered('Fetch', { spec: aSpec({ data: { source: 'File', path }, podTemplate }) });
    assert.equal(specInContainer(job).data.path, path);
  });

  describe('with a file of bars in a volume', () => {
    const path = 'us/aapl.csv';
    const mounted = (stage: StageName, volume: object) => {
      const job = rendered(stage, { spec: aSpec({ data: { source: 'File', volume } }) });
      const { volumes = [] } = job.pod;
      const { volumeMounts = [] } = job.container;
      const own = volumeMounts.findIndex(({ mountPath }) => mountPath === '/tmp') + 1;
      return { job, volumes: volumes.slice(2), mounts: volumeMounts.slice(own) };
    };

    for (const [what, volume, source] of [
      ['a ConfigMap', { configMapName: 'my-bars', path }, { configMap: { name: 'my-bars' } }],
      [
        'a claim',
        { claimName: 'bars', path },
        { persistentVolumeClaim: { claimName: 'bars', readOnly: true } },
      ],
    ] as const) {
      it(`mounts ${what} read-only at /bars, in Fetch only`, () => {
        const { job, volumes, mounts } = mounted('Fetch', volume);
        assert.deepEqual(volumes, [{ name: 'bars', ...source }]);
        assert.deepEqual(mounts, [{ name: 'bars', mountPath: '/bars', readOnly: true }]);
        assert.deepEqual(specInContainer(job).data.volume, volume);
        for (const stage of ['Features', 'Train', 'Evaluate'] as const) {
          const other = mounted(stage, volume);
          assert.deepEqual([other.volumes, other.mounts], [[], []]);
        }
      });
    }

    it("mounts the Model's own claim a second time, since a pod may not have a claim twice", () => {
      const { volumes, mounts } = mounted('Fetch', { claimName: 'aapl-artifacts', path });
      assert.deepEqual(volumes, []);
      assert.deepEqual(mounts, [{ name: 'artifacts', mountPath: '/bars', readOnly: true }]);
    });
  });

  it('keeps the run file within bounds whatever the pod template has', () => {
    const env = Array.from({ length: 32 }, (_, index) => ({ name: `E${index}`, value: 'x'.repeat(4096) }));
    const spec = aSpec({ podTemplate: { env } });
    const text = environmentOf(rendered('Train', { spec })).BELLWETHER_RUN ?? '';
    assert.ok(text.length < 8192, `${text.length}`);
  });

  const variables: [StageName, string[]][] = [
    ['Fetch', ['YAHOO_QUERY_HOST']],
    ['Features', []],
    ['Train', []],
    ['Evaluate', ['BELLWETHER_CHAMPION', 'BELLWETHER_TENURES']],
  ];
  for (const [stage, expected] of variables) {
    it(`gives ${stage} the variables that it needs and no others`, () => {
      const job = rendered(stage);
      const { BELLWETHER_RUN: _run, ...environment } = environmentOf(job);
      const common = ['BELLWETHER_ARTIFACTS', 'BELLWETHER_NOW', 'BELLWETHER_REPORT'];
      assert.deepEqual(Object.keys(environment).toSorted(), [...common, ...expected].toSorted());
      assert.deepEqual(job.container.args, ['stage', stage.toLowerCase()]);
    });
  }

  it('has a digest that does not change when another run is promoted', () => {
    const digestOf = ({ metadata }: ReturnType<typeof rendered>) =>
      metadata.annotations?.['bellwether.dev/template'];
    const without = rendered('Evaluate', { champion: null, tenures: [] });
    assert.equal(digestOf(rendered('Evaluate')), digestOf(without));
  });

  it('has no champion and no host of Yahoo where none is set', () => {
    const environment = environmentOf(rendered('Evaluate', { champion: null, tenures: [] }));
    assert.equal('BELLWETHER_CHAMPION' in environment || 'BELLWETHER_TENURES' in environment, false);
    assert.equal('YAHOO_QUERY_HOST' in environmentOf(rendered('Fetch', { settings: someSettings() })), false);
  });

  it("keeps the operator's labels and variables where a user sets the same names", () => {
    const spec = aSpec({
      podTemplate: {
        labels: { 'bellwether.dev/run': 'other', team: 'quants' },
        env: [
          { name: 'BELLWETHER_NOW', value: '1970-01-01T00:00:00Z' },
          { name: 'HTTPS_PROXY', value: 'http://proxy:3128' },
        ],
      },
    });
    const job = rendered('Fetch', { spec });
    assert.equal(job.podMetadata?.labels?.['bellwether.dev/run'], 'aapl-1');
    assert.equal(job.podMetadata?.labels?.team, 'quants');
    assert.equal(environmentOf(job).BELLWETHER_NOW, '2026-11-23T12:00:00Z');
    assert.equal(environmentOf(job).HTTPS_PROXY, 'http://proxy:3128');
  });

  it("mounts the artifacts' claim for writing, whether created or named in the Model", () => {
    const { spec: modelSpec } = aModel();
    assert.ok(modelSpec);
    const named = { ...modelSpec, artifacts: { ...modelSpec.artifacts, claimName: 'shared' } };
    const claimOf = ({ pod }: ReturnType<typeof rendered>) => pod.volumes?.[0]?.persistentVolumeClaim;
    assert.deepEqual(claimOf(rendered('Train')), { claimName: 'aapl-artifacts', readOnly: false });
    assert.deepEqual(claimOf(rendered('Train', { modelSpec: named })), {
      claimName: 'shared',
      readOnly: false,
    });
  });

  for (const stage of stageNames) {
    it(`of ${stage} follows the restricted profile`, () => {
      const { pod, container } = rendered(stage);
      assert.deepEqual(pod.securityContext, {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      });
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.equal(pod.automountServiceAccountToken, false);
      assert.equal(container.terminationMessagePolicy, 'FallbackToLogsOnError');
    });
  }
});
