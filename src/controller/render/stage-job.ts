/**
 * The Job of one stage. Its template is immutable, so everything that a stage is to know is in it from the start;
 * what a later stage needs of an earlier one is on the volume.
 */
import type { StageName } from '../../api/artifacts.ts';
import { annotations, apiVersion, labels } from '../../api/group.ts';
import type { ModelSpec } from '../../api/model.ts';
import type { Resources } from '../../api/pod-template.ts';
import { formatTenures, type Tenure } from '../../api/tenures.ts';
import { type StageSpec, stageSpecSchema, type TrainingRunSpec } from '../../api/training-run.ts';
import { exitCodes } from '../../failure.ts';
import { apiVersionOf, type KubernetesObject } from '../../kubernetes/resource.ts';
import { jobName } from '../names.ts';
import type { RunResource, Settings } from '../observation.ts';
import { jobs, trainingRuns } from '../resources.ts';
import { claimNameOf } from './claim.ts';
import { controlledBy } from './owner.ts';
import {
  artifactsPath,
  componentLabels,
  mergedResources,
  renderPodTemplate,
  terminationMessagePath,
} from './pod.ts';

/** The stage's container. */
export const stageContainer = 'stage';

/** Exit codes after which trying again cannot help: wrong spec, wrong data, wrong input. */
export const permanentExitCodes: readonly number[] = [exitCodes.usage, exitCodes.data, exitCodes.input];

export interface StageJobInput {
  readonly settings: Settings;
  readonly run: Pick<RunResource, 'name' | 'namespace' | 'uid' | 'model'>;
  readonly spec: TrainingRunSpec;
  readonly modelSpec: ModelSpec;
  readonly stage: StageName;
  /** The run's start, ISO 8601: the stages' only "now". */
  readonly startedAt: string;
  /** The published version that Evaluate compares with; null where there is none. */
  readonly champion: string | null;
  /** Since when it and those before it serve or served, oldest first: Evaluate scores them. */
  readonly tenures: readonly Tenure[];
}

const defaultLimits = stageSpecSchema.omit({ name: true }).parse({});

/** What the spec says about a stage, or the defaults of one that it doesn't list. */
export function stageSpecOf(spec: TrainingRunSpec, stage: StageName): Omit<StageSpec, 'name'> {
  return spec.stages?.find(({ name }) => name === stage) ?? defaultLimits;
}

/** What a stage's container asks for and may use. */
export function stageResources(spec: TrainingRunSpec, stage: StageName): Resources {
  const cpu = stage === 'Fetch' || stage === 'Features' ? '100m' : '500m';
  const defaults = { requests: { cpu, memory: '256Mi' }, limits: { memory: '1Gi' } };
  return mergedResources(defaults, stageSpecOf(spec, stage).resources);
}

/** The Job as it is created; the controller owner is the run, so that deleting the run deletes it. */
export function renderStageJob(input: StageJobInput): KubernetesObject {
  const { settings, run, spec, modelSpec, stage, startedAt } = input;
  const { backoffLimit, activeDeadlineSeconds } = stageSpecOf(spec, stage);
  const ours = {
    ...componentLabels(run.model, 'stage'),
    [labels.run]: run.name,
    [labels.stage]: stage.toLowerCase(),
  };
  return {
    apiVersion: apiVersionOf(jobs),
    kind: jobs.kind,
    metadata: {
      name: jobName(run.name, stage),
      namespace: run.namespace,
      labels: ours,
      annotations: { [annotations.startedAt]: startedAt },
      ownerReferences: [controlledBy(trainingRuns, run)],
    },
    spec: {
      backoffLimit,
      activeDeadlineSeconds,
      // Two pods of a stage never work at once, not even while the first is still ending.
      podReplacementPolicy: 'Failed',
      podFailurePolicy: podFailurePolicy(),
      template: renderPodTemplate({
        settings,
        template: spec.podTemplate,
        labels: ours,
        claimName: claimNameOf(run.model, modelSpec),
        artifactsReadOnly: false,
        container: { name: stageContainer, args: ['stage', stage.toLowerCase()] },
        env: stageEnv(input),
        resources: stageResources(spec, stage),
        spec: { restartPolicy: 'Never' },
      }),
    },
  };
}

/** What the exit codes of src/failure.ts mean to a Job. */
export function podFailurePolicy() {
  return {
    rules: [
      // First, for a drained node's pod ends with an exit code too: the cluster's doing is no attempt of the stage.
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
    BELLWETHER_RUN: JSON.stringify(runFile(run, spec)),
    BELLWETHER_ARTIFACTS: artifactsPath,
    BELLWETHER_REPORT: terminationMessagePath,
    BELLWETHER_NOW: startedAt,
    ...(stage === 'Evaluate' && champion !== null
      ? { BELLWETHER_CHAMPION: champion, BELLWETHER_TENURES: formatTenures(tenures) }
      : {}),
    ...(stage === 'Fetch' && settings.yahooHost !== null ? { YAHOO_QUERY_HOST: settings.yahooHost } : {}),
  };
}

/** The run as a run file, with what the pipeline reads and nothing about pods, deadlines and holding. */
function runFile({ name, model }: StageJobInput['run'], spec: TrainingRunSpec) {
  const { symbol, data, features, risk, regressor, classifier, validation, seed } = spec;
  return {
    apiVersion,
    kind: trainingRuns.kind,
    metadata: { name },
    spec: { model, symbol, data, features, risk, regressor, classifier, validation, seed },
  };
}
