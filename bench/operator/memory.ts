/**
 * The operator's memory and start time, idle and with many finished runs: each with its status, four Jobs and four
 * pods. The runs are not executed: their objects are created as they would be afterwards.
 */
import { kubectl } from '../../support/cluster/kubectl.ts';
import { against, table } from '../lib/figures.ts';
import { type Bench, createClaim, installOperator, measure } from './lib/cluster.ts';
import { createHistory } from './lib/history.ts';
import { image } from './lib/image.ts';
import { logged, type Process, processOf } from './lib/operator.ts';

const runs = Number(process.env.BENCH_RUNS ?? 1000);
const models = Number(process.env.BENCH_MODELS ?? 100);
const settleSeconds = Number(process.env.BENCH_SETTLE_SECONDS ?? 45);
const targets = { idleMegabytes: 76, fullMegabytes: 140, syncSeconds: 3 };

interface Observed extends Process {
  /** From the start of the process until every cache was filled. */
  readonly syncSeconds: number;
  /** From its first log line until then. */
  readonly fillSeconds: number;
}

async function scale({ namespace }: Bench, replicas: number): Promise<void> {
  await kubectl('scale', 'deployment/bellwether', `--replicas=${replicas}`, '--namespace', namespace);
  const state = replicas === 0 ? 'delete' : 'condition=Ready';
  const pods = 'app.kubernetes.io/component=operator';
  await kubectl('rollout', 'status', 'deployment/bellwether', '--namespace', namespace, '--timeout=120s');
  await kubectl(
    'wait',
    'pod',
    '--selector',
    pods,
    `--for=${state}`,
    '--namespace',
    namespace,
    '--timeout=120s',
  );
}

/** Measures the operator after it has had time to settle. */
async function observe({ namespace }: Bench): Promise<Observed> {
  await new Promise(resolve => setTimeout(resolve, settleSeconds * 1000));
  const found = await processOf(namespace);
  const [started] = await logged(namespace, 'started');
  const [filled] = await logged(namespace, 'caches filled');
  const filledAt = Date.parse(String(filled?.time));
  return {
    ...found,
    syncSeconds: (filledAt - found.startedAt) / 1000,
    fillSeconds: (filledAt - Date.parse(String(started?.time))) / 1000,
  };
}

await measure('memory', 1500, async bench => {
  console.log(`operator of image ${image}, memory ${settleSeconds} s after it was ready`);
  await createClaim(bench);
  await installOperator(bench);
  const observed = new Map([['idle', await observe(bench)]]);
  await scale(bench, 0);
  const begin = performance.now();
  await createHistory(bench, runs, models);
  const seconds = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(
    `${runs} finished runs of ${models} Models, ${4 * runs} Jobs and ${4 * runs} pods, made in ${seconds} s`,
  );
  await scale(bench, 1);
  observed.set(`${runs} runs, after the first start`, await observe(bench));
  await scale(bench, 0);
  await scale(bench, 1);
  const full = await observe(bench);
  observed.set(`${runs} runs, after a restart`, full);
  const rows = [...observed].map(([name, { memory, peak, syncSeconds, fillSeconds, cpu }]) => [
    name,
    `${memory.toFixed(0)} MB`,
    `${peak.toFixed(0)} MB`,
    `${syncSeconds.toFixed(2)} s`,
    `${fillSeconds.toFixed(2)} s`,
    `${cpu.toFixed(1)} s`,
  ]);
  console.log(table([['', 'memory', 'peak', 'start to caches filled', 'of which filling', 'CPU'], ...rows]));
  const idle = observed.get('idle')?.memory ?? Number.NaN;
  console.log(`idle: ${against(idle, targets.idleMegabytes, 'MB')}`);
  console.log(`${runs} runs: ${against(full.memory, targets.fullMegabytes, 'MB')}`);
  console.log(`start: ${against(full.syncSeconds, targets.syncSeconds, 's')}`);
});
