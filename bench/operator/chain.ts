/**
 * Four idle stages in sequence, started as Jobs (two variants), as bare pods and by a TrainingRun. All use the same
 * container and differ only in what creates the next one, and when. Measures the seconds from the first request to the end of the last stage.
 */
import { allowedSchema } from '../../src/api/allowed.ts';
import { stageNames } from '../../src/api/artifacts.ts';
import { modelSpecSchema } from '../../src/api/model.ts';
import { trainingRunSpecSchema } from '../../src/api/training-run.ts';
import { renderStageJob } from '../../src/controller/render/stage-job.ts';
import { jobs, pods, trainingRuns } from '../../src/controller/resources.ts';
import type { KubernetesObject, Manifest, RawObject, ResourceType } from '../../src/kubernetes/resource.ts';
import type { V1Job, V1Pod } from '../../src/kubernetes/types.ts';
import { apply } from '../../support/cluster/kubectl.ts';
import { trainingRun } from '../../support/cluster/specs.ts';
import { against, median, table } from '../lib/figures.ts';
import { type Bench, createClaim, idleModel, installOperator, measure } from './lib/cluster.ts';
import { image } from './lib/image.ts';
import { hasEnded, isTrue } from './lib/objects.ts';
import { idleStages } from './lib/stand-in.ts';
import { now, type Watch, watch } from './lib/watch.ts';

const rounds = Number(process.env.BENCH_ROUNDS ?? 5);
const targetSeconds = 4.5;

interface Watches {
  readonly jobs: Watch;
  readonly pods: Watch;
  readonly runs: Watch;
}

const variants: Readonly<Record<string, (bench: Bench, watches: Watches, name: string) => Promise<number>>> =
  {
    'Jobs, each created when the last is Complete': (bench, watches, name) =>
      chain(bench, name, jobs, jobOf, next =>
        watches.jobs.until(job => job.metadata.name === next && isTrue(job, 'Complete')),
      ),
    "Jobs, each created when the last one's container has ended": (bench, watches, name) =>
      chain(bench, name, jobs, jobOf, next =>
        watches.pods.until(pod => ofJob(pod) === next && hasEnded(pod)),
      ),
    'bare pods': (bench, watches, name) =>
      chain(bench, name, pods, podOf, next =>
        watches.pods.until(pod => pod.metadata.name === next && hasEnded(pod)),
      ),
    'a TrainingRun, until its status is Complete': underOperator,
  };

/** Milliseconds for four objects, each created when the previous one is done. */
async function chain(
  { client, namespace }: Bench,
  name: string,
  type: ResourceType,
  objectOf: (job: Manifest<V1Job>, name: string, namespace: string) => KubernetesObject,
  done: (name: string) => Promise<number>,
): Promise<number> {
  const start = now();
  let end = start;
  for (const stage of stageNames) {
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
      run: { name, namespace, uid: '', model: name },
      spec: trainingRunSpecSchema.parse(idleStages),
      modelSpec: modelSpecSchema.parse(idleModel(name).spec),
      stage,
      startedAt: new Date().toISOString(),
      champion: null,
      served: [],
      tenures: [],
    });
    const objectName = `${name}-${stage.toLowerCase()}`;
    const ended = done(objectName);
    await client.create(type, objectOf(job, objectName, namespace));
    end = await ended;
  }
  return end - start;
}

/** The operator's Job without labels and owner. */
function jobOf(
  { apiVersion, kind, spec }: Manifest<V1Job>,
  name: string,
  namespace: string,
): Manifest<V1Job> {
  const template = { spec: spec.template.spec };
  return { apiVersion, kind, metadata: { name, namespace }, spec: { ...spec, template } };
}

function podOf({ spec }: Manifest<V1Job>, name: string, namespace: string): RawObject<V1Pod> {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, spec: spec.template.spec };
}

function ofJob({ metadata }: KubernetesObject): string | undefined {
  return metadata.labels?.['batch.kubernetes.io/job-name'];
}

async function underOperator({ client, namespace }: Bench, { runs }: Watches, name: string): Promise<number> {
  const ended = runs.until(run => run.metadata.name === name && isTrue(run, 'Complete'));
  const start = now();
  const run = trainingRun(name, { ...idleStages, model: 'chain' });
  await client.create(trainingRuns, { ...run, metadata: { name, namespace } });
  return (await ended) - start;
}

await measure('chain', 900, async bench => {
  const { client, namespace } = bench;
  await createClaim(bench);
  await installOperator(bench);
  await apply(namespace, idleModel('chain'));
  const watches = {
    jobs: await watch(client, jobs, namespace),
    pods: await watch(client, pods, namespace),
    runs: await watch(client, trainingRuns, namespace),
  };
  const names = Object.keys(variants);
  const times = new Map<string, number[]>(names.map(name => [name, []]));
  // Round 0 is a warm-up, which binds the claim and fills the node's caches.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, [name, runVariant]] of Object.entries(variants).entries()) {
      const milliseconds = await runVariant(bench, watches, `chain-${round}-${'abcd'[index]}`);
      if (round > 0) times.get(name)?.push(milliseconds / 1000);
    }
    process.stdout.write(`round ${round} of ${rounds}${round === 0 ? ' (warm-up, not counted)' : ''}\n`);
  }
  for (const one of Object.values(watches)) one.stop();
  const seconds = (value: number) => `${value.toFixed(2)} s`;
  const rows = [...times].map(([name, values]) => [
    name,
    seconds(median(values)),
    seconds(Math.min(...values)),
    seconds(Math.max(...values)),
  ]);
  console.log(table([['four idle stages', 'median', 'min', 'max'], ...rows]));
  const operator = median(times.get(names.at(-1) ?? '') ?? []);
  console.log(`the operator's four stages: ${against(operator, targetSeconds, 's')}`);
});
