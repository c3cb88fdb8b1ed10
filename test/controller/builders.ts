/** Observed objects with sensible defaults; a test sets only the fields that it is about. */
import type { StageName } from '../../src/api/artifacts.ts';
import { modelSpecSchema } from '../../src/api/model.ts';
import type { StageReport } from '../../src/api/stage-report.ts';
import { type TrainingRunSpec, trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { cachedTypes } from '../../src/controller/caches.ts';
import type { RunInput } from '../../src/controller/decide/types.ts';
import { jobName } from '../../src/controller/names.ts';
import type {
  Cached,
  ClaimResource,
  ContainerEnd,
  JobResource,
  ModelResource,
  Observation,
  PodResource,
  RunResource,
  Settings,
} from '../../src/controller/observation.ts';
import { everythingAllowed } from '../../support/cluster/allowed.ts';

/** Every type that the operator watches. */
export const watchedTypes = Object.values(cachedTypes(Date.now)).flatMap(cached =>
  [cached].flat().map(({ type }) => type),
);

/** The moment at which tests begin: 2026-11-23T12:00:00Z, in milliseconds. */
export const noon = Date.UTC(2026, 10, 23, 12);

/** `seconds` after noon, in milliseconds since the epoch. */
export const at = (seconds: number) => noon + seconds * 1000;

/** The fields of every cached object. */
export const cached = (name: string, kind: string): Cached => ({
  namespace: 'default',
  name,
  uid: `uid-of-${kind}-${name}`,
  resourceVersion: '1',
  createdAt: noon,
  deleting: false,
});

/** A spec as the API server would store it, with defaults for the fields that are not given. */
export function aSpec(fields: Record<string, unknown> = {}): TrainingRunSpec {
  return trainingRunSpecSchema.parse({ symbol: 'AAPL', data: { source: 'Sample' }, ...fields });
}

/** A new run `aapl-1` of the Model `aapl`, without a status. */
export function aRun(fields: Partial<RunResource> = {}): RunResource {
  const name = fields.name ?? 'aapl-1';
  return {
    ...cached(name, 'run'),
    generation: 1,
    model: 'aapl',
    scheduledBy: null,
    labels: {},
    hasApprovalAnnotation: false,
    spec: aSpec({ model: 'aapl' }),
    problems: [],
    status: {},
    ...fields,
  };
}

/** The Model `aapl` with the defaults. */
export function aModel(fields: Partial<ModelResource> = {}): ModelResource {
  const name = fields.name ?? 'aapl';
  return {
    ...cached(name, 'model'),
    generation: 1,
    spec: modelSpecSchema.parse({}),
    problems: [],
    status: {},
    ...fields,
  };
}

/** An active Job of `run` for `stage`. */
export function aJob(run: RunResource, stage: StageName, fields: Partial<JobResource> = {}): JobResource {
  const name = jobName(run.name, stage);
  return {
    ...cached(name, 'job'),
    uid: `uid-of-${run.uid}-${stage}`,
    model: run.model,
    run: run.name,
    stage,
    ownerUid: run.uid,
    startedAt: new Date(noon).toISOString().replace('.000Z', 'Z'),
    templateDigest: null,
    suspended: false,
    active: 1,
    failed: 0,
    succeeded: 0,
    finished: null,
    ...fields,
  };
}

/** A pod of the Model `aapl` whose container runs. */
function aRunningPod(
  name: string,
  fields: Pick<PodResource, 'run' | 'stage' | 'ownerUid' | 'version'>,
): PodResource {
  return {
    ...cached(name, 'pod'),
    model: 'aapl',
    ...fields,
    phase: 'Running',
    unschedulable: null,
    disrupted: null,
    failure: null,
    ready: true,
    waiting: null,
    running: true,
    terminated: null,
    lastTerminated: null,
    restarts: 0,
    endSeenAt: null,
  };
}

/** A pod of `job` whose container runs. */
export function aPod(job: JobResource, fields: Partial<PodResource> = {}): PodResource {
  const { model, run, stage, uid: ownerUid } = job;
  const pod = aRunningPod(fields.name ?? `${job.name}-x`, { run, stage, ownerUid, version: null });
  return { ...pod, model, ...fields };
}

/** A server's pod, ready. */
export function aServer(version: string, fields: Partial<PodResource> = {}): PodResource {
  const server = { run: null, stage: null, ownerUid: 'uid-of-replicaset', version };
  return { ...aRunningPod(fields.name ?? 'aapl-x', server), ...fields };
}

/** A pod of `job` whose container has not started. */
export function aPendingPod(job: JobResource, fields: Partial<PodResource> = {}): PodResource {
  return aPod(job, { phase: 'Pending', running: false, ready: false, ...fields });
}

/** A pod of `job` whose container has ended, by default with exit code 0 and without a message. */
export function anEndedPod(
  job: JobResource,
  end: Partial<ContainerEnd> = {},
  fields: Partial<PodResource> = {},
): PodResource {
  const terminated: ContainerEnd = {
    exitCode: 0,
    reason: (end.exitCode ?? 0) === 0 ? 'Completed' : 'Error',
    message: '',
    startedAt: at(1),
    finishedAt: at(3),
    ...end,
  };
  const phase = terminated.exitCode === 0 ? 'Succeeded' : 'Failed';
  return aPod(job, { phase, running: false, ready: false, terminated, ...fields });
}

/** Sixty-four hexadecimal digits. */
export const digest = (digit: string) => digit.repeat(64);

/** The report of a stage that succeeded. */
export function aReport(stage: StageName, fields: Record<string, unknown> = {}): StageReport {
  return {
    stage,
    state: 'Succeeded',
    inputDigest: digest('a'),
    outputDigest: digest('b'),
    metrics: stage === 'Evaluate' ? { rmse: '0.0142', meanRmse: '0.0142', accuracy: '0.9' } : { rows: 1210 },
    ...(stage === 'Evaluate' ? { version: '0123456789ab' } : {}),
    ...fields,
  } as StageReport;
}

/** A pod of `job` that has succeeded, with its report. */
export function aSucceededPod(job: JobResource, report: Record<string, unknown> = {}): PodResource {
  return anEndedPod(job, { message: JSON.stringify(aReport(job.stage, report)) });
}

/** The claim of the Model `aapl`, bound. */
export function aClaim(fields: Partial<ClaimResource> = {}): ClaimResource {
  return { ...cached('aapl-artifacts', 'claim'), phase: 'Bound', owners: [], ...fields };
}

/** The operator's settings; everything is allowed. */
export function someSettings(fields: Partial<Settings> = {}): Settings {
  return {
    operator: 'default/bellwether',
    image: 'bellwether:test',
    imagePullPolicy: 'IfNotPresent',
    allowed: everythingAllowed,
    sourceEnvironment: {},
    networkPolicies: null,
    serviceMonitors: false,
    ...fields,
  };
}

/** The input of one run's decision. */
export function aRunInput(fields: Partial<RunInput> = {}): RunInput {
  return {
    now: noon,
    settings: someSettings(),
    run: aRun(),
    jobs: [],
    pods: [],
    podFailures: new Map(),
    model: aModel(),
    blockedBy: null,
    notSelected: null,
    refusals: [],
    ...fields,
  };
}

/** One Model without any objects that belong to it. */
export function anObservation(fields: Partial<Observation> = {}): Observation {
  return {
    namespace: 'default',
    name: 'aapl',
    now: noon,
    settings: someSettings(),
    model: aModel(),
    runs: [],
    jobs: [],
    scoreJobs: [],
    pods: [],
    podFailures: new Map(),
    claim: null,
    deployment: null,
    children: [],
    refusals: [],
    ...fields,
  };
}
