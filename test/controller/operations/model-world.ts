/** A cluster with a Model that serves a version, and what follows from the Model's spec. */
import assert from 'node:assert/strict';
import { jobs, models, trainingRuns } from '../../../src/controller/resources.ts';
import { right } from '../simulation/cluster/stage-pods.ts';
import { model, type Raw } from '../simulation/raw.ts';
import { Cluster, childTypes } from './cluster.ts';
import { normalised, withoutTimes } from './normalise.ts';

/** The run whose version serves. */
export const run = 'r1';

/** The version is the same in every such cluster. */
export async function servedCluster(): Promise<Cluster> {
  const cluster = new Cluster();
  cluster.create(models, model, {});
  cluster.create(trainingRuns, run, { model, data: { source: 'Sample' } });
  await cluster.settle(() => {
    for (const pod of cluster.pods.live()) cluster.pods.end(pod, right);
  });
  assert.equal(cluster.get(models, model).status.champion?.run, run);
  return cluster;
}

export function childrenOf(cluster: Cluster): Raw[] {
  return childTypes.flatMap(type => cluster.list(type)).map(normalised);
}

/** What the Model says about its servers and schedules. */
export function statusOf(cluster: Cluster): Raw {
  const { conditions, champion, url, replicas, readyReplicas, selector } = cluster.get(models, model).status;
  return withoutTimes({
    conditions: conditions.map(({ type, status, reason, message }: Raw) => ({
      type,
      status,
      reason,
      message,
    })),
    champion: champion?.version ?? null,
    url: url ?? null,
    replicas,
    readyReplicas,
    selector,
  });
}

/** The runs and Jobs that the schedules create next; they are deleted afterwards. */
export async function later(cluster: Cluster): Promise<Raw[]> {
  const { nextScheduleTime, scoring } = cluster.get(models, model).status;
  const times = [nextScheduleTime, scoring?.nextScheduleTime]
    .filter(time => time !== undefined)
    .map(Date.parse);
  if (times.length === 0) return [];
  cluster.now = Math.max(cluster.now, ...times) + 1000;
  const created: Raw[] = [];
  const stop = cluster.onJob(job => created.push(job));
  await cluster.settle();
  stop();
  const runs = cluster.list(trainingRuns).filter(({ metadata }) => metadata.name !== run);
  created.push(...runs);
  for (const { metadata } of runs) cluster.delete(trainingRuns, metadata.name);
  for (const { metadata } of created) cluster.delete(jobs, metadata.name);
  await cluster.settle();
  return created.map(normalised);
}
