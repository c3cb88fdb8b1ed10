/**
 * The duration of each step of a real run: the four stages on the sample data, each from the creation of its Job to
 * the creation of the next one. Everything except the stages' own work is the cost of orchestration. The clock of this
 * process and that of the node must agree, as they do in a cluster on the same machine.
 */
import { type StageName, stageNames } from '../../src/api/artifacts.ts';
import { labels } from '../../src/api/group.ts';
import { jobs, pods, trainingRuns } from '../../src/controller/resources.ts';
import type { KubernetesObject, RawObject } from '../../src/kubernetes/resource.ts';
import type { V1Pod } from '../../src/kubernetes/types.ts';
import { apply, kubectl } from '../../support/cluster/kubectl.ts';
import { trainingRun } from '../../support/cluster/specs.ts';
import { against, median, table } from '../lib/figures.ts';
import { type Bench, createClaim, idleModel, installOperator, measure } from './lib/cluster.ts';
import { hasEnded, isTrue, labelsOf } from './lib/objects.ts';
import { preload } from './lib/stand-in.ts';
import { now, watch } from './lib/watch.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
const targetSeconds = 1.5;

/** Makes a stage print when its process started, when its program was loaded and when it ended. */
const clock = `import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
const now = () => performance.timeOrigin + performance.now();
let loaded = 0;
// The stage adds the last listener when it starts to work.
if (isMainThread) process.on('newListener', event => { if (event === 'SIGTERM') loaded = now(); });
if (isMainThread) process.on('exit', () => {
  writeSync(1, '\\nclock ' + JSON.stringify({ started: performance.timeOrigin, loaded, ended: now() }) + '\\n');
});`;

/** Times of a stage, in order; milliseconds since the epoch. */
interface Timestamps {
  job: number;
  pod: number;
  scheduled: number;
  started: number;
  loaded: number;
  ended: number;
  seen: number;
  next: number;
}

const spans: readonly (readonly [string, keyof Timestamps, keyof Timestamps])[] = [
  ['pod created for the Job', 'job', 'pod'],
  ['scheduled', 'pod', 'scheduled'],
  ['volume, sandbox, container', 'scheduled', 'started'],
  ['Node and the program', 'started', 'loaded'],
  ['the work itself', 'loaded', 'ended'],
  ['end observed', 'ended', 'seen'],
  ['next Job, or Complete', 'seen', 'next'],
];
const work = 'the work itself';

interface Round {
  readonly makespan: number;
  /** From the run's creation to its first Job. */
  readonly accepted: number;
  readonly stages: ReadonlyMap<StageName, Timestamps>;
}

async function runOnce({ client, namespace }: Bench, name: string): Promise<Round> {
  const timestamps = new Map(stageNames.map(stage => [stage, {} as Timestamps]));
  const stageOf = (object: KubernetesObject) => {
    if (labelsOf(object)[labels.run] !== name) return undefined;
    const index = stageNames.findIndex(stage => stage.toLowerCase() === labelsOf(object)[labels.stage]);
    return timestamps.get(stageNames[index] ?? 'Fetch');
  };
  const podNames: string[] = [];
  const watches = [
    await watch(client, jobs, namespace, (job, _, at) => recordFirst(stageOf(job), 'job', at)),
    await watch(client, pods, namespace, (pod: RawObject<V1Pod>, _, at) => {
      const stage = stageOf(pod);
      recordFirst(stage, 'pod', at);
      if (pod.spec?.nodeName !== undefined) recordFirst(stage, 'scheduled', at);
      if (hasEnded(pod)) recordFirst(stage, 'seen', at);
      if (stage !== undefined && !podNames.includes(pod.metadata.name)) podNames.push(pod.metadata.name);
    }),
  ];
  const runs = await watch(client, trainingRuns, namespace);
  const complete = runs.until(run => run.metadata.name === name && isTrue(run, 'Complete'));
  const spec = { model: 'breakdown', data: { source: 'Sample' }, podTemplate: { env: [preload(clock)] } };
  const run = trainingRun(name, spec);
  const start = now();
  await client.create(trainingRuns, { ...run, metadata: { name, namespace } });
  const end = await complete;
  for (const one of [...watches, runs]) one.stop();
  const all = [...timestamps.values()];
  for (const [index, stage] of all.entries()) {
    stage.next = all[index + 1]?.job ?? end;
    Object.assign(stage, await clockOf(namespace, podNames[index] ?? ''));
  }
  return { makespan: end - start, accepted: (all[0]?.job ?? Number.NaN) - start, stages: timestamps };
}

function recordFirst(timestamps: Timestamps | undefined, field: keyof Timestamps, at: number): void {
  if (timestamps !== undefined) timestamps[field] ??= at;
}

async function clockOf(namespace: string, pod: string): Promise<Partial<Timestamps>> {
  const log = await kubectl('logs', pod, '--namespace', namespace);
  const [, times] = /^clock (.*)$/m.exec(log) ?? [];
  if (times === undefined) throw new Error(`pod ${pod} did not print its times:\n${log}`);
  return JSON.parse(times);
}

function show(all: readonly Round[]): void {
  const of = (stage: StageName, from: keyof Timestamps, to: keyof Timestamps) =>
    median(all.map(({ stages }) => (stages.get(stage)?.[to] ?? 0) - (stages.get(stage)?.[from] ?? 0)));
  const rows = spans.map(([what, from, to]) => [
    what,
    ...stageNames.map(stage => `${of(stage, from, to).toFixed(0)} ms`),
  ]);
  console.log(table([['median', ...stageNames], ...rows]));
  const ownWork = all.map(({ stages }) =>
    [...stages.values()].reduce((sum, { loaded, ended }) => sum + ended - loaded, 0),
  );
  const added = median(all.map(({ makespan }, index) => (makespan - (ownWork[index] ?? 0)) / 1000));
  console.log(`from the run to its first Job: ${median(all.map(({ accepted }) => accepted)).toFixed(0)} ms`);
  const seconds = (values: readonly number[]) => `${(median(values) / 1000).toFixed(2)} s`;
  console.log(
    `makespan ${seconds(all.map(({ makespan }) => makespan))}, of which '${work}' ${seconds(ownWork)}`,
  );
  console.log(`added a stage: ${(added / 4).toFixed(2)} s, ${against(added / 4, targetSeconds, 's')}`);
}

await measure('breakdown', 1200, async bench => {
  await createClaim(bench);
  await installOperator(bench);
  await apply(bench.namespace, idleModel('breakdown'));
  const all: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    all.push(await runOnce(bench, `breakdown-${round}`));
    console.log(`run ${round} of ${rounds}: ${((all.at(-1)?.makespan ?? 0) / 1000).toFixed(1)} s`);
  }
  show(all);
});
