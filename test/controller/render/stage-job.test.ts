import assert from 'node:assert/strict';
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { trainingRunSchema } from '../../../src/api/training-run.ts';
import { renderStageJob, type StageJobInput } from '../../../src/controller/render/stage-job.ts';
import { aModel, aRun, aSpec, someSettings } from '../builders.ts';

interface Rendered {
  metadata: Record<string, unknown> & { labels: Record<string, string> };
  spec: {
    backoffLimit: number;
    activeDeadlineSeconds: number;
    podReplacementPolicy: string;
    podFailurePolicy: { rules: unknown[] };
    ttlSecondsAfterFinished?: number;
    template: {
      metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
      spec: Record<string, unknown> & {
        containers: [Record<string, unknown> & { env: { name: string; value: string }[] }];
      };
    };
  };
}

function rendered(stage: StageName, fields: Partial<StageJobInput> = {}): Rendered {
  const { spec: modelSpec } = aModel();
  assert.ok(modelSpec);
  return renderStageJob({
    settings: someSettings({ yahooHost: 'yahoo.test' }),
    run: aRun(),
    spec: aSpec(),
    modelSpec,
    stage,
    startedAt: '2026-11-23T12:00:00Z',
    champion: '0123456789ab',
    tenures: [{ version: '0123456789ab', since: '2026-11-20T12:00:00Z' }],
    ...fields,
  }) as unknown as Rendered;
}

const envOf = (job: Rendered) =>
  Object.fromEntries(job.spec.template.spec.containers[0].env.map(({ name, value }) => [name, value]));

describe('the Job of a stage', () => {
  it('is named, labelled and owned so that it is made once and goes with its run', () => {
    const { metadata, spec } = rendered('Train');
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
    assert.deepEqual(metadata.annotations, { 'bellwether.dev/started-at': '2026-11-23T12:00:00Z' });
    assert.equal(metadata.labels['bellwether.dev/stage'], 'train');
    assert.deepEqual(spec.template.metadata.labels, metadata.labels);
    assert.equal(spec.ttlSecondsAfterFinished, undefined);
  });

  it('tries again, but not where that cannot help, and does not count what the cluster did', () => {
    const { spec } = rendered('Fetch');
    assert.equal(spec.backoffLimit, 2);
    assert.equal(spec.activeDeadlineSeconds, 3600);
    assert.equal(spec.podReplacementPolicy, 'Failed');
    assert.equal(spec.template.spec.restartPolicy, 'Never');
    assert.deepEqual(spec.podFailurePolicy.rules, [
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

  it('deps the stage a run file that the stage accepts, with the model named', () => {
    const run = JSON.parse(envOf(rendered('Train')).BELLWETHER_RUN ?? '');
    const parsed = trainingRunSchema.parse(run);
    assert.equal(parsed.spec.model, 'aapl');
    assert.equal(parsed.spec.symbol, 'AAPL');
    assert.equal('podTemplate' in run.spec || 'suspend' in run.spec, false);
  });

  it('keeps the run file within bounds whatever the spec says about pods', () => {
    const env = Array.from({ length: 32 }, (_, index) => ({ name: `E${index}`, value: 'x'.repeat(4096) }));
    const spec = aSpec({ podTemplate: { env } });
    const text = envOf(rendered('Train', { spec })).BELLWETHER_RUN ?? '';
    assert.ok(text.length < 8192, `${text.length}`);
  });

  const secrets: [StageName, string[]][] = [
    ['Fetch', ['YAHOO_QUERY_HOST']],
    ['Features', []],
    ['Train', []],
    ['Evaluate', ['BELLWETHER_CHAMPION', 'BELLWETHER_TENURES']],
  ];
  for (const [stage, expected] of secrets) {
    it(`tells ${stage} what it needs and no more`, () => {
      const job = rendered(stage);
      const { BELLWETHER_RUN: _run, ...env } = envOf(job);
      const common = ['BELLWETHER_ARTIFACTS', 'BELLWETHER_NOW', 'BELLWETHER_REPORT'];
      assert.deepEqual(Object.keys(env).toSorted(), [...common, ...expected].toSorted());
      assert.deepEqual(job.spec.template.spec.containers[0].args, ['stage', stage.toLowerCase()]);
    });
  }

  it('says nothing of a champion where there is none, nor of a host that is Yahoo’s own', () => {
    const env = envOf(rendered('Evaluate', { champion: null, tenures: [] }));
    assert.equal('BELLWETHER_CHAMPION' in env || 'BELLWETHER_TENURES' in env, false);
    assert.equal('YAHOO_QUERY_HOST' in envOf(rendered('Fetch', { settings: someSettings() })), false);
  });

  it('lets no user take the names that the operator and the stages rely on', () => {
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
    assert.equal(job.spec.template.metadata.labels['bellwether.dev/run'], 'aapl-1');
    assert.equal(job.spec.template.metadata.labels.team, 'quants');
    assert.equal(envOf(job).BELLWETHER_NOW, '2026-11-23T12:00:00Z');
    assert.equal(envOf(job).HTTPS_PROXY, 'http://proxy:3128');
  });

  it('mounts the artifacts to write, whichever claim holds them', () => {
    const { spec: modelSpec } = aModel();
    assert.ok(modelSpec);
    const named = { ...modelSpec, artifacts: { ...modelSpec.artifacts, claimName: 'shared' } };
    const claimOf = (job: Rendered) => JSON.stringify(job.spec.template.spec.volumes);
    assert.match(claimOf(rendered('Train')), /"claimName":"aapl-artifacts","readOnly":false/);
    assert.match(claimOf(rendered('Train', { modelSpec: named })), /"claimName":"shared","readOnly":false/);
  });

  for (const stage of stageNames) {
    it(`${stage} follows the restricted profile`, () => {
      const { spec } = rendered(stage).spec.template;
      assert.deepEqual(spec.securityContext, {
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        fsGroup: 1000,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      });
      assert.deepEqual(spec.containers[0].securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.equal(spec.automountServiceAccountToken, false);
      assert.equal(spec.containers[0].terminationMessagePolicy, 'FallbackToLogsOnError');
    });
  }
});
