/** Creates the objects that finished runs leave behind, without running them. */
import { allowedSchema } from '../../../src/api/allowed.ts';
import { type StageName, stageNames } from '../../../src/api/artifacts.ts';
import { group } from '../../../src/api/group.ts';
import { modelSpecSchema } from '../../../src/api/model.ts';
import { type TrainingRunStatus, trainingRunSpecSchema } from '../../../src/api/training-run.ts';
import { controlledBy } from '../../../src/controller/render/child.ts';
import { renderStageJob } from '../../../src/controller/render/stage-job.ts';
import { jobs, models, pods, trainingRuns } from '../../../src/controller/resources.ts';
import type { HttpClient } from '../../../src/kubernetes/http-client.ts';
import type { KubernetesObject, RawObject, ResourceType } from '../../../src/kubernetes/resource.ts';
import type { Json, V1PodTemplateSpec } from '../../../src/kubernetes/types.ts';
import { goodMetrics } from '../../../support/cluster/metrics.ts';
import { trainingRun } from '../../../support/cluster/specs.ts';
import { idleModel } from './cluster.ts';
import { image } from './image.ts';

/** Concurrent requests. */
const concurrency = 24;
const time = '2026-01-02T00:00:00Z';
const digest = 'a'.repeat(64);

export interface Target {
  readonly client: HttpClient;
  readonly namespace: string;
}

/** @param runs the total number, distributed over the Models */
export async function createHistory(target: Target, runs: number, modelCount: number): Promise<void> {
  await each(modelCount, index => create(target, models, idleModel(`model-${index}`)));
  await each(runs, index => createRun(target, `run-${index}`, `model-${index % modelCount}`));
}

async function createRun(target: Target, name: string, model: string): Promise<void> {
  const created = await create(
    target,
    trainingRuns,
    trainingRun(name, { model, data: { source: 'Sample' } }),
  );
  await setStatus(target, trainingRuns, created, finishedStatus(name, created));
  for (const stage of stageNames) await createStage(target, created, model, stage);
}

async function createStage(
  target: Target,
  run: RawObject<{ spec: unknown }>,
  model: string,
  stage: StageName,
): Promise<void> {
  const { namespace } = target;
  const { name, uid = '' } = run.metadata;
  const job = renderStageJob({
    settings: {
      operator: 'default/bellwether',
      image,
      imagePullPolicy: 'IfNotPresent',
      allowed: allowedSchema.parse({}),
      sourceEnvironment: {},
      networkPolicies: null,
      serviceMonitors: false,
    },
    run: { name, namespace, uid, model },
    spec: trainingRunSpecSchema.parse(run.spec),
    modelSpec: modelSpecSchema.parse(idleModel(model).spec),
    stage,
    startedAt: time,
    champion: null,
    served: [],
    tenures: [],
  });
  // The cluster's Job controller ignores Jobs with another `managedBy`, so it creates no pods.
  const created = await create(target, jobs, {
    ...job,
    spec: { ...job.spec, managedBy: `${group}/bench` },
  });
  const condition = (type: string) => ({
    type,
    status: 'True',
    reason: 'CompletionsReached',
    message: 'Reached expected number of succeeded pods',
    lastProbeTime: time,
    lastTransitionTime: time,
  });
  await setStatus(target, jobs, created, {
    conditions: [condition('SuccessCriteriaMet'), condition('Complete')],
    startTime: created.metadata.creationTimestamp,
    completionTime: created.metadata.creationTimestamp,
    succeeded: 1,
    ready: 0,
    terminating: 0,
    uncountedTerminatedPods: {},
  });
  await createPod(target, created, job.spec.template, stage);
}

/** A scheduling gate keeps the pod from being scheduled. */
async function createPod(
  target: Target,
  job: KubernetesObject,
  template: Json<V1PodTemplateSpec>,
  stage: StageName,
): Promise<void> {
  const { name, uid = '' } = job.metadata;
  const pod = await create(target, pods, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: template.metadata?.labels,
      ownerReferences: [controlledBy(jobs, { name, uid })],
    },
    spec: { ...template.spec, schedulingGates: [{ name: 'bellwether.dev/bench' }] },
  });
  const message = JSON.stringify(reportOf(stage));
  const ended = { exitCode: 0, reason: 'Completed', message, startedAt: time, finishedAt: time };
  const container = { name: 'stage', image, imageID: image, ready: false, restartCount: 0 };
  await setStatus(target, pods, pod, {
    phase: 'Succeeded',
    startTime: time,
    conditions: ['Initialized', 'Ready', 'ContainersReady'].map(type => ({
      type,
      status: type === 'Initialized' ? 'True' : 'False',
      reason: 'PodCompleted',
      lastTransitionTime: time,
    })),
    containerStatuses: [{ ...container, state: { terminated: ended } }],
  });
}

function reportOf(stage: StageName) {
  const evaluate =
    stage === 'Evaluate' ? { metrics: goodMetrics, version: digest.slice(0, 12) } : { metrics: {} };
  return { stage, state: 'Succeeded', inputDigest: digest, outputDigest: digest, ...evaluate };
}

/** The status of a complete run that was not promoted. */
function finishedStatus(name: string, { metadata }: KubernetesObject): TrainingRunStatus {
  const observedGeneration = Number(metadata.generation);
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string) => ({
    type,
    status,
    reason,
    message,
    observedGeneration,
    lastTransitionTime: time,
  });
  const message = 'All four stages have succeeded.';
  return {
    observedGeneration,
    phase: 'Complete',
    conditions: [
      condition('Complete', 'True', 'Succeeded', message),
      condition('Failed', 'False', 'Succeeded', message),
      condition('Suspended', 'False', 'NotSuspended', 'The run is not suspended.'),
      condition(
        'Promoted',
        'False',
        'Rejected',
        'Its accuracy on the holdout is 0.31, below the floor of 0.5.',
      ),
    ],
    stages: stageNames.map(stage => ({
      name: stage,
      state: 'Succeeded',
      jobName: `${name}-${stage.toLowerCase()}`,
      attempts: 1,
      startTime: time,
      completionTime: time,
      inputDigest: digest,
      outputDigest: digest,
    })),
    metrics: goodMetrics,
    version: digest.slice(0, 12),
    startTime: time,
    completionTime: time,
  };
}

function create(
  { client, namespace }: Target,
  type: ResourceType,
  object: object,
): Promise<KubernetesObject> {
  const { metadata, ...rest } = object as KubernetesObject;
  return client.create(type, { ...rest, metadata: { ...metadata, namespace } });
}

async function setStatus(
  { client }: Target,
  type: ResourceType,
  created: KubernetesObject,
  status: object,
): Promise<void> {
  const { apiVersion, kind, metadata } = created;
  const { name, namespace } = metadata;
  await client.apply(type, { apiVersion, kind, metadata: { name, namespace }, status } as KubernetesObject, {
    subresource: 'status',
  });
}

/** Calls `work` with 0 to count − 1, a few at a time. */
async function each(count: number, work: (index: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, worker));
}
