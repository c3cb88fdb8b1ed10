/** Acts and checks that several stories share. */
import assert from 'node:assert/strict';
import { apiVersion } from '../../../../src/api/group.ts';
import { deployments, models, trainingRuns } from '../../../../src/controller/resources.ts';
import type { PodEnd } from '../../simulation/cluster/stage-pods.ts';
import { endOf, model, namespace, type Raw } from '../../simulation/raw.ts';
import type { Cluster } from '../cluster.ts';
import type { Act } from '../story.ts';

export const ends = (quality: 'bad' | 'good' | 'better'): PodEnd => ({
  exitCode: 0,
  report: 'right',
  quality,
});

export function runSpec(fields: object = {}) {
  return { model, symbol: 'AAPL', data: { source: 'Sample' }, activeDeadlineSeconds: 7200, ...fields };
}

/** @param fields of the spec */
export function createRun(name: string, fields: object = {}): Act['take'] {
  return cluster =>
    cluster.create(trainingRuns, {
      apiVersion,
      kind: trainingRuns.kind,
      metadata: { name, namespace },
      spec: runSpec(fields),
    } as Raw);
}

export function createModel(spec: object): Act {
  return {
    name: 'create the Model',
    take: cluster =>
      cluster.create(models, {
        apiVersion,
        kind: models.kind,
        metadata: { name: model, namespace },
        spec,
      } as Raw),
    until: cluster => cluster.get(models, model)?.status?.observedGeneration === 1,
  };
}

export function hasEnded(cluster: Cluster, name: string): boolean {
  const run = cluster.get(trainingRuns, name);
  return run !== null && endOf(run) !== undefined && isJudged(run);
}

function isJudged({ status }: Raw): boolean {
  const promoted = (status.conditions ?? []).find((condition: Raw) => condition.type === 'Promoted');
  return endOf({ status }) === 'Failed' || (promoted !== undefined && promoted.status !== 'Unknown');
}

/** Whether the champion's servers, and no others, are ready. */
export function isServing(cluster: Cluster, run: string): boolean {
  const { status } = cluster.get(models, model) ?? {};
  const { spec, status: servers } = cluster.get(deployments, model) ?? {};
  const version = spec?.template.metadata.labels['bellwether.dev/version'];
  return (
    status?.champion?.run === run &&
    status.champion.version === version &&
    servers?.availableReplicas === spec.replicas &&
    servers.replicas === spec.replicas &&
    status.rollout?.state === 'Complete' &&
    status.rollout.version === version
  );
}

/** A champion `r1` that serves. */
export const champion: Act = {
  name: 'a first run',
  take: createRun('r1'),
  until: cluster => hasEnded(cluster, 'r1') && isServing(cluster, 'r1'),
};

export function modelOf(cluster: Cluster): Raw {
  return cluster.get(models, model);
}

export function outcomesOf(cluster: Cluster): string[] {
  return modelOf(cluster).status.history.map(({ run, outcome }: Raw) => `${run} ${outcome}`);
}

export function assertEnd(cluster: Cluster, name: string, end: 'Complete' | 'Failed'): void {
  assert.equal(endOf(cluster.get(trainingRuns, name)), end);
}
