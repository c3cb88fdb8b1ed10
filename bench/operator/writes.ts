/** The operator's writes for a run, by verb and kind, with the purpose of each. */
import { setTimeout as sleep } from 'node:timers/promises';
import { apply } from '../../support/cluster/kubectl.ts';
import { fastRun } from '../../support/cluster/specs.ts';
import { untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { table } from '../lib/figures.ts';
import { type Bench, installOperator, measure } from './lib/cluster.ts';
import { metricsOf } from './lib/operator.ts';

const requests = /^bellwether_api_requests_total\{method="(\w+)",resource="(\w*)"\}$/;
const writes = ['POST', 'PUT', 'PATCH', 'DELETE'];

const reasons: Readonly<Record<string, string>> = {
  'POST trainingruns': 'a scheduled run',
  'POST models': 'the Model, if it does not exist',
  'POST persistentvolumeclaims': 'the volume of its artifacts',
  'POST jobs': 'one for each stage',
  'PATCH trainingruns': "the run's status: at its start, and after each stage",
  'PATCH models': "the Model's status: evaluation, champion, rollout",
  'POST deployments': 'its servers',
  'PATCH deployments': 'a new version to serve',
  'POST services': 'the address of its servers',
  'POST events': 'started, stage succeeded, complete, evaluated, promoted, serving',
  'PATCH events': 'the count of a repeated Event',
  'PUT leases': 'renewal of the Lease every two seconds, independent of the run',
};

type Counts = ReadonlyMap<string, number>;

async function counts(namespace: string): Promise<Counts> {
  const found = [...(await metricsOf(namespace))].flatMap(([name, count]) => {
    const [, method = '', resource = ''] = requests.exec(name) ?? [];
    return writes.includes(method) ? [[`${method} ${resource}`, count] as const] : [];
  });
  return new Map(found);
}

/** Waits until the counts no longer change, since Events are sent later, and returns them. */
async function settled(namespace: string): Promise<Counts> {
  for (let last = await counts(namespace); ; ) {
    await sleep(3000);
    const now = await counts(namespace);
    if (total(now) === total(last)) return now;
    last = now;
  }
}

/** Excludes the Lease, which is always renewed. */
function total(all: Counts): number {
  return [...all].reduce((sum, [what, count]) => sum + (isLease(what) ? 0 : count), 0);
}

function isLease(what: string): boolean {
  return what.endsWith(' leases');
}

async function show({ namespace }: Bench, title: string, work: () => Promise<unknown>): Promise<void> {
  const before = await settled(namespace);
  await work();
  const after = await settled(namespace);
  const rows = [...after]
    .map(([what, count]) => [what, count - (before.get(what) ?? 0), reasons[what] ?? 'UNEXPLAINED'] as const)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  console.log(`\n${title}: ${total(after) - total(before)} writes`);
  for (const line of table(rows.map(([what, count, why]) => [what, count, `  ${why.padEnd(80)}`])).split(
    '\n',
  )) {
    console.log(line.trimEnd());
  }
}

await measure('writes', 600, async bench => {
  const { namespace } = bench;
  await installOperator(bench);
  await show(bench, 'a first run, until its Model serves', async () => {
    await apply(namespace, fastRun('aapl'));
    await untilFinished(namespace, 'aapl', 300);
    await untilCondition(namespace, 'model/aapl', 'Ready');
  });
  await show(bench, 'another run of the same Model, not promoted', async () => {
    await apply(namespace, fastRun('aapl-2', { model: 'aapl' }));
    await untilFinished(namespace, 'aapl-2', 300);
  });
});
