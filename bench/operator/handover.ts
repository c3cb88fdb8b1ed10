/**
 * The time from the end of a stage to the creation of the next stage's Job, with many concurrent runs: as seen by a
 * watch, and by the operator's own metric, which starts when its watch delivers the end. The stages are idle, so that
 * as many as possible end at the same time.
 */

import { stageNames } from '../../src/api/artifacts.ts';
import { labels } from '../../src/api/group.ts';
import { jobs, models, pods, trainingRuns } from '../../src/controller/resources.ts';
import type { KubernetesObject } from '../../src/kubernetes/resource.ts';
import { trainingRun } from '../../support/cluster/specs.ts';
import { against, quantile, table } from '../lib/figures.ts';
import { type Bench, createClaim, idleModel, installOperator, measure } from './lib/cluster.ts';
import { hasEnded, isTrue, labelsOf } from './lib/objects.ts';
import { metricsOf, processOf } from './lib/operator.ts';
import { idleStages } from './lib/stand-in.ts';
import { watch } from './lib/watch.ts';

const runs = Number(process.env.BENCH_RUNS ?? 50);
const concurrency = Number(process.env.BENCH_CONCURRENCY ?? 0);
const targets = { p50: 20, p99: 100 };
const histogram = 'bellwether_stage_handover_seconds_bucket';

const names = Array.from({ length: runs }, (_, index) => `handover-${index}`);

/** Milliseconds of every handover, by the times at which events were received. */
async function observe({ client, namespace }: Bench): Promise<number[]> {
  const ends = new Map<string, number>();
  const created = new Map<string, number>();
  const stageOf = (object: KubernetesObject) => {
    const { [labels.run]: run = '', [labels.stage]: stage = '' } = labelsOf(object);
    return `${run}/${stage}`;
  };
  const first = (moments: Map<string, number>, key: string, at: number) =>
    moments.set(key, Math.min(at, moments.get(key) ?? at));
  const done = new Set<string>();
  const { promise: allDone, resolve } = Promise.withResolvers<void>();
  const watches = [
    await watch(client, jobs, namespace, (job, type, at) => {
      if (type === 'ADDED') first(created, stageOf(job), at);
    }),
    await watch(client, pods, namespace, (pod, _, at) => {
      if (hasEnded(pod)) first(ends, stageOf(pod), at);
    }),
    await watch(client, trainingRuns, namespace, run => {
      if (isTrue(run, 'Complete')) done.add(run.metadata.name);
      if (done.size === runs) resolve();
    }),
  ];
  const own = (name: string) => ({ name, namespace });
  await Promise.all(names.map(name => client.create(models, { ...idleModel(name), metadata: own(name) })));
  await Promise.all(
    names.map(name => client.create(trainingRuns, { ...trainingRun(name, idleStages), metadata: own(name) })),
  );
  await allDone;
  for (const one of watches) one.stop();
  const stages = stageNames.map(stage => stage.toLowerCase());
  return names.flatMap(name =>
    stages.slice(1).map((stage, index) => {
      const end = ends.get(`${name}/${stages[index]}`) ?? Number.NaN;
      // The two watches have separate connections: the Job's event may arrive first.
      return Math.max(0, (created.get(`${name}/${stage}`) ?? Number.NaN) - end);
    }),
  );
}

/** A quantile in milliseconds by linear interpolation within the buckets, like Prometheus' histogram_quantile. */
function quantileOf(metrics: ReadonlyMap<string, number>, share: number): number {
  const buckets = [...metrics]
    .filter(([name]) => name.startsWith(histogram))
    .map(([name, count]) => ({
      limit: Number(/le="([^"]*)"/.exec(name)?.[1]?.replace('+Inf', 'Infinity')),
      count,
    }));
  const wanted = share * (buckets.at(-1)?.count ?? 0);
  let [below, before] = [0, 0];
  for (const { limit, count } of buckets) {
    if (count >= wanted) return 1000 * (below + ((limit - below) * (wanted - before)) / (count - before));
    [below, before] = [limit, count];
  }
  return Number.NaN;
}

await measure('handover', 900, async bench => {
  const { namespace } = bench;
  await createClaim(bench);
  await installOperator(bench, concurrency > 0 ? { concurrency } : {});
  const before = await processOf(namespace);
  const begin = performance.now();
  const seen = await observe(bench);
  const seconds = (performance.now() - begin) / 1000;
  const [metrics, after] = [await metricsOf(namespace), await processOf(namespace)];
  const milliseconds = (value: number) => `${value.toFixed(0)} ms`;
  const p = [0.5, 0.9, 0.99];
  const rows = [
    ['as seen by a watch', ...p.map(share => milliseconds(quantile(seen, share)))],
    ["the operator's own metric", ...p.map(share => milliseconds(quantileOf(metrics, share)))],
  ];
  console.log(`${runs} runs of four idle stages at once: ${seconds.toFixed(0)} s, ${seen.length} handovers`);
  console.log(table([['', 'p50', 'p90', 'p99'], ...rows]));
  const share = ((after.cpu - before.cpu) / seconds) * 100;
  console.log(
    `the operator took ${(after.cpu - before.cpu).toFixed(1)} s of CPU, ${share.toFixed(0)} % of one core, ${after.memory.toFixed(0)} MB`,
  );
  console.log(`p50 of the metric: ${against(quantileOf(metrics, 0.5), targets.p50, 'ms')}`);
  console.log(`p99 of the metric: ${against(quantileOf(metrics, 0.99), targets.p99, 'ms')}`);
});
