/** What a run costs the API server: every write of the operator by verb and kind, and what each is for. */
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
  'POST trainingruns': 'a run that is due by a schedule',
  'POST models': 'the Model, which nobody had made',
  'POST persistentvolumeclaims': 'the volume of its artifacts',
  'POST jobs': 'one for each stage',
  'PATCH trainingruns': "the run's status: at its start, and after each stage",
  'PATCH models': "the Model's status: what was judged, who is champion, how its rollout goes",
  'POST deployments': 'its servers',
  'PATCH deployments': 'another version to serve',
  'POST services': 'its address',
  'POST events': 'what `kubectl describe` tells: begun, each stage done, complete, judged, promoted, serving',
  'PATCH events': 'an Event that came up again, as a count',
  'PUT leases': 'the Lease, every two seconds and not for the run',
};

type Counts = ReadonlyMap<string, number>;

async function counts(namespace: string): Promise<Counts> {
  const found = [...(await metricsOf(namespace))].flatMap(([name, count]) => {
    const [, method = '', resource = ''] = requests.exec(name) ?? [];
    return writes.includes(method) ? [[`${method} ${resource}`, count] as const] : [];
  });
  return new Map(found);
}

/** Counts once they no longer change: Events are sent a little later. */
async function settled(namespace: string): Promise<Counts> {
  for (let last = await counts(namespace); ; ) {
    await sleep(3000);
    const now = await counts(namespace);
    if (total(now) === total(last)) return now;
    last = now;
  }
}

/** Without the Lease, which is renewed whatever happens. */
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
