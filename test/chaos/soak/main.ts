/**
 * Memory of operator and server in an hour under load and faults:
 *
 *     SOAK_MINUTES=60 node test/chaos/soak/main.ts
 *
 * A real server answers predictions, uploads, scrapes and hostile requests; the operator starts scheduled runs, with
 * failures between it and the API server. Both are sampled every 10 s; a line through the samples after the warm-up must
 * rise by at most 1 MB an hour. Needs the images of `make e2e` in the cluster of $KUBECONFIG. Writes the section `soak` of
 * docs/reliability.md. SIGTERM or SIGINT ends it early, with the report.
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { Random } from '../../../src/models/random.ts';
import { testImage } from '../../../support/cluster/images.ts';
import { apply, kubectl } from '../../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../../support/cluster/namespace.ts';
import { startPod } from '../../../support/cluster/pod.ts';
import { fakeRun, fakeServers, fastRun, model, smallStages } from '../../../support/cluster/specs.ts';
import { until, untilFinished } from '../../../support/cluster/wait.ts';
import { startApiProxy } from '../../e2e/harness/api-proxy.ts';
import { startOperatorProcess } from '../../e2e/harness/operator-process.ts';
import { serversOf, untilServed } from '../../e2e/harness/serving.ts';
import { injectApiFaults } from '../api-faults.ts';
import { buildBundle } from '../bundle.ts';
import { type MixedLoadReport, mixedLoadPort } from '../image/mixed-load.ts';
import { writeSection } from '../section.ts';
import { memoryOf, type ProcessMemory } from './process-metrics.ts';
import { type Series, soakReport } from './report.ts';

const minutes = Number(process.env.SOAK_MINUTES ?? 60);
const warmUpMinutes = Number(process.env.SOAK_WARM_UP_MINUTES ?? Math.min(15, minutes / 4));
const rate = Number(process.env.SOAK_RATE ?? 200);
const seed = Number(process.env.CHAOS_SEED ?? 20_261_201);
const resultFile = process.env.SOAK_RESULT;
const sampleSeconds = 10;
const faultSeconds = 20;
const limitPerHour = 1;

/** The variables that the chart sets for the operator's memory. */
const operatorMemory = { NODE_OPTIONS: '--max-semi-space-size=4', MALLOC_ARENA_MAX: '2' };

const over = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => over.abort());

const log = (text: string) => console.log(`${new Date().toISOString().slice(11, 19)} ${text}`);

const bundle = await buildBundle();
const namespace = await createNamespace('soak');
const proxy = await startApiProxy();
const operator = await startOperatorProcess(namespace, {
  kubeconfig: proxy.kubeconfig,
  bundle: bundle.program,
  env: operatorMemory,
  flags: ['--log-level=info', '--silence-seconds=20'],
});
let failed = true;
try {
  await prepare();
  const server = (await serversOf(namespace, 'aapl'))[0]?.metadata.name ?? '';
  await startPod(namespace, {
    name: 'mixed-load',
    image: testImage,
    args: ['mixed-load', '--url=http://aapl', `--rate=${rate}`],
  });
  const stopFaults = new AbortController();
  const faults = injectApiFaults(proxy, new Random(seed), faultSeconds, stopFaults.signal);
  const raw = (path: string) => kubectl('get', '--raw', `/api/v1/namespaces/${namespace}/pods/${path}`);
  const series: Record<'operator' | 'server', Series> = { operator: [], server: [] };
  const sources = {
    operator: async () => (await fetch(`${operator.url}/metrics`)).text(),
    server: () => raw(`${server}:8080/proxy/metrics`),
  };
  const begin = Date.now();
  const hoursNow = () => (Date.now() - begin) / 3_600_000;
  const sample = async (name: 'operator' | 'server') => {
    // Without a sample while the API server, which relays this request, is unavailable.
    const found = await sources[name]()
      .then(memoryOf)
      .catch(() => null);
    if (found !== null) series[name].push({ hours: hoursNow(), ...found });
  };
  log(`soak in ${namespace} for ${minutes} minutes, CHAOS_SEED=${seed}`);
  for (let count = 0; hoursNow() * 60 < minutes && !over.signal.aborted; count++) {
    await Promise.all([sample('operator'), sample('server')]);
    if (count % 6 === 0) log(`${describe('operator')}, ${describe('server')}`);
    if (count % 30 === 29 && resultFile !== undefined) await writeFile(resultFile, JSON.stringify(series));
    await sleep(sampleSeconds * 1000, undefined, { signal: over.signal }).catch(() => {});
  }
  function describe(name: 'operator' | 'server'): string {
    const last: ProcessMemory | undefined = series[name].at(-1);
    return `${name} ${last?.megabytes.toFixed(1)} MB (heap ${last?.heap.toFixed(1)} MB)`;
  }
  stopFaults.abort();
  const load: MixedLoadReport = await until('the load reports', namespace, async () =>
    JSON.parse(await raw(`mixed-load:${mixedLoadPort}/proxy/report`)),
  );
  const runs = (
    await kubectl('get', 'events', '-n', namespace, '-o', 'name', '--field-selector=reason=StageSucceeded')
  )
    .trim()
    .split('\n').length;
  const report = soakReport({
    minutes: hoursNow() * 60,
    warmUpMinutes,
    limitPerHour,
    series,
    load,
    faults: await faults,
    date: new Date(begin).toISOString().slice(0, 10),
  });
  if (resultFile !== undefined) await writeFile(resultFile, JSON.stringify({ series, load, report }));
  log(`${runs} Events of succeeded stages remain\n${report.text}`);
  await writeSection('soak', report.text);
  failed = report.failures.length > 0;
  for (const failure of report.failures) console.error(`FAILED: ${failure}`);
} finally {
  await operator.kill();
  await proxy.close();
  await kubectl('delete', 'pod/mixed-load', '--ignore-not-found', '--namespace', namespace);
  await deleteNamespace(namespace).catch(error => console.error(error));
  await bundle.remove();
}
process.exit(failed ? 1 : 0);

/** A real Model, retrained every five minutes with the same result, and one with fake runs every minute. */
async function prepare(): Promise<void> {
  const { model: _, ...template } = { model: '', ...fastRun('template').spec };
  const { model: __, ...fake } = { model: '', ...fakeRun('template', {}, { stages: smallStages() }).spec };
  await apply(
    namespace,
    model('aapl', { schedule: { cron: '*/5 * * * *' }, runTemplate: { spec: template } }),
    model('fake', {
      artifacts: { claimName: 'aapl-artifacts' },
      serving: { ...fakeServers, resources: { requests: { cpu: '10m', memory: '64Mi' } } },
      schedule: { cron: '* * * * *', successfulRunsHistoryLimit: 3 },
      runTemplate: { spec: fake },
    }),
    fastRun('first', { model: 'aapl' }),
  );
  const { version } = (await untilFinished(namespace, 'first')).status ?? {};
  await untilServed(namespace, 'aapl', { version });
}
