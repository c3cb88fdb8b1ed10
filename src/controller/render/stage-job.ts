/**
 * The Job of one stage. A Job's template is immutable, so it has everything that a stage needs from the start; the
 * output of earlier stages is on the volume.
 */
import type { StageName } from '../../api/artifacts.ts';
import { annotations, apiVersion, labels } from '../../api/group.ts';
import type { ModelSpec } from '../../api/model.ts';
import type { Resources } from '../../api/pod-template.ts';
import { formatTenures, type Tenure } from '../../api/tenures.ts';
import {
  artifactFields,
  type StageSpec,
  stageSpecSchema,
  type TrainingRunSpec,
} from '../../api/training-run.ts';
import { exitCodes } from '../../failure.ts';
import { apiVersionOf, type Manifest } from '../../kubernetes/resource.ts';
import type { Json, V1Job, V1PodFailurePolicy } from '../../kubernetes/types.ts';
import { jobName } from '../names.ts';
import type { RunResource, Settings } from '../observation.ts';
import { jobs, trainingRuns } from '../resources.ts';
import { digestOf } from './applied.ts';
import { artifactsPath, stageMounts } from './artifacts.ts';
import { controlledBy } from './child.ts';
import { claimNameOf } from './claim.ts';
import { componentLabels, mergedResources, renderPodTemplate, terminationMessagePath } from './pod.ts';

/** The name of the stage's container. */
export const stageContainer = 'stage';

/** Exit codes after which a retry cannot succeed: wrong spec, wrong data, wrong input. */
export const permanentExitCodes: readonly number[] = [exitCodes.usage, exitCodes.data, exitCodes.input];

export interface StageJobInput {
  readonly settings: Settings;
  readonly run: Pick<RunResource, 'name' | 'namespace' | 'uid' | 'model'>;
  readonly spec: TrainingRunSpec;
  readonly modelSpec: ModelSpec;
  readonly stage: StageName;
  /** When the run started, ISO 8601. The stages use it as the current time. */
  readonly startedAt: string;
  /** The published version that Evaluate compares with; null if there is none. */
  readonly champion: string | null;
  /** The published versions that servers have or are about to have. */
  readonly served: readonly string[];
  /** Since when it and each earlier champion has served, oldest first; Evaluate scores their forecasts. */
  readonly tenures: readonly Tenure[];
}

const defaultLimits = stageSpecSchema.omit({ name: true }).parse({});

/** The spec's entry for a stage, otherwise the defaults. */
export function stageSpecOf(spec: TrainingRunSpec, stage: StageName): Omit<StageSpec, 'name'> {
  return spec.stages?.find(({ name }) => name === stage) ?? defaultLimits;
}

/** The requests and limits of a stage's container. */
export function stageResources(spec: TrainingRunSpec, stage: StageName): Resources {
  const cpu = stage === 'Fetch' || stage === 'Features' ? '100m' : '500m';
  const defaults = { requests: { cpu, memory: '256Mi' }, limits: { memory: '1Gi' } };
  return mergedResources(defaults, stageSpecOf(spec, stage).resources);
}

/** The run controls the Job, so that deleting the run deletes it. */
export function renderStageJob(input: StageJobInput): Manifest<V1Job> {
  const { run, stage, startedAt } = input;
  return {
    apiVersion: apiVersionOf(jobs),
    kind: jobs.kind,
    metadata: {
      name: jobName(run.name, stage),
      namespace: run.namespace,
      labels: stageLabels(input),
      annotations: { [annotations.startedAt]: startedAt, [annotations.template]: templateDigest(input) },
      ownerReferences: [controlledBy(trainingRuns, run)],
    },
    spec: stageJobSpec(input),
  };
}

/**
 * Sixteen hexadecimal digits over the Job's spec. The champion and other versions are left out: a promotion by another
 * run must not change the digest.
 */
export function templateDigest(input: Omit<StageJobInput, 'champion' | 'served' | 'tenures'>): string {
  return digestOf(stageJobSpec({ ...input, champion: null, served: [], tenures: [] }));
}

function stageJobSpec(input: StageJobInput): Manifest<V1Job>['spec'] {
  const { settings, run, spec, modelSpec, stage } = input;
  const { backoffLimit, activeDeadlineSeconds } = stageSpecOf(spec, stage);
  return {
    backoffLimit,
    activeDeadlineSeconds,
    // Only one pod of a stage runs at a time, even while the previous one is still terminating.
    podReplacementPolicy: 'Failed',
    podFailurePolicy: podFailurePolicy(),
    template: renderPodTemplate({
      settings,
      template: spec.podTemplate,
      labels: stageLabels(input),
      claimName: claimNameOf(run.model, modelSpec),
      artifacts: stageMounts(run.model, run.name, stage, input.served),
      bars: stage === 'Fetch' ? spec.data.volume : undefined,
      container: { name: stageContainer, args: ['stage', stage.toLowerCase()] },
      env: stageEnv(input),
      resources: stageResources(spec, stage),
      spec: { restartPolicy: 'Never' },
    }),
  };
}

function stageLabels({ run, stage }: StageJobInput): Record<string, string> {
  return {
    ...componentLabels(run.model, 'stage'),
    [labels.run]: run.name,
    [labels.stage]: stage.toLowerCase(),
  };
}

/** How a Job reacts to the exit codes of src/failure.ts. */
export function podFailurePolicy(): Json<V1PodFailurePolicy> {
  return {
    rules: [
      // First, since the pod of a drained node has an exit code too. Disruptions do not count as attempts.
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      {
        action: 'FailJob',
        onExitCodes: { containerName: stageContainer, operator: 'In', values: permanentExitCodes },
      },
    ],
  };
}

function stageEnv({ settings, run, spec, stage, startedAt, champion, tenures }: StageJobInput) {
  return {
    // Kubernetes replaces $(NAME) and $$ in the values of variables.
    BELLWETHER_RUN: JSON.stringify(runFile(run, spec)).replaceAll('$', '\\u0024'),
    BELLWETHER_ARTIFACTS: artifactsPath,
    BELLWETHER_REPORT: terminationMessagePath,
    BELLWETHER_NOW: startedAt,
    ...(stage === 'Evaluate' && champion !== null
      ? { BELLWETHER_CHAMPION: champion, BELLWETHER_TENURES: formatTenures(tenures) }
      : {}),
    ...(stage === 'Fetch' ? settings.sourceEnvironment : {}),
  };
}

/** The run as a run file, without the fields that only the operator reads. */
function runFile({ name, model }: StageJobInput['run'], spec: TrainingRunSpec) {
  const artifactSpec = Object.fromEntries(artifactFields.map(field => [field, spec[field]]));
  return {
    apiVersion,
    kind: trainingRuns.kind,
    metadata: { name },
    spec: { ...artifactSpec, model },
  };
}
