/** Scoring of past forecasts against the bars that followed. */
import assert from 'node:assert/strict';
import type { LiveStatus } from '../../src/api/live.ts';
import { addDays, utcDay } from '../../src/market/days.ts';
import { apply, get, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { runInCluster } from '../../support/cluster/pod.ts';
import { installChart, releaseName } from '../../support/cluster/release.ts';
import { fastRun, model } from '../../support/cluster/specs.ts';
import { until, untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { patchSpec } from './harness/change.ts';
import { eventsAbout, untilServed } from './harness/serving.ts';
import { startYahoo } from './harness/yahoo.ts';

/** Reads the track record from the volume. */
const track = `
  const { readFile } = await import('node:fs/promises');
  tell((await readFile('/artifacts/aapl/.track/AAPL', 'utf8')).trim().split('\\n').slice(2));`;

describe('live truth', () => {
  let namespace: string;
  let version: string;
  let scored: LiveStatus;
  /** Two months ago; the fake Yahoo has bars until yesterday. */
  const end = addDays(utcDay(new Date().toISOString()), -60);

  const statusOf = async () => (await get(namespace, 'model/aapl'))?.status;
  const untilJob = (state: string) =>
    until(
      `a Score Job has ${state}`,
      namespace,
      async () => {
        const status = await statusOf();
        return status?.scoring?.job?.state === state && status;
      },
      240,
    );
  const rows = () => runInCluster<string[]>(namespace, track, { claim: 'aapl-artifacts' });

  before(async () => {
    namespace = await createNamespace('live');
    await installChart(namespace, { yahooHost: await startYahoo(namespace) });
    await apply(
      namespace,
      model('aapl', { scoring: { cron: '* * * * *' } }),
      fastRun('first', { model: 'aapl', data: { source: 'Yahoo', end } }),
    );
    version = (await untilFinished(namespace, 'first')).status?.version;
    await untilServed(namespace, 'aapl', { version });
  });

  after(() => deleteNamespace(namespace));

  it('is computed by a Job at the scheduled time', async () => {
    scored = (await untilJob('Succeeded')).live;
    assert.deepEqual([scored.symbol, scored.version], ['AAPL', version]);
    assert.ok(scored.days > 30, `${scored.days} days`);
    assert.ok(scored.firstDay <= end && scored.lastDay > addDays(end, 50), JSON.stringify(scored));
    const [month, quarter] = scored.windows;
    assert.deepEqual([month?.window, month?.figures.days, quarter?.window], [20, '20', 60]);
    assert.ok(Number(quarter?.figures.rmse) > 0.003 && Number(quarter?.figures.rmse) < 0.1);
    assert.ok(Number(quarter?.figures.accuracy) > 0.3);
  });

  it('has a line for each day, with the version that served', async () => {
    const lines = await rows();
    assert.equal(lines.length, scored.days);
    assert.ok(lines.every(line => line.split(',')[1] === version));
  });

  it('is published in Events and metrics', async () => {
    const announced = await eventsAbout(namespace, 'Model', 'aapl');
    const { days } = scored.windows.at(-1)?.figures ?? {};
    assert.ok(
      announced.some(line => line.startsWith('Scored: ') && line.includes(` ${days} `)),
      announced.join('\n'),
    );
    const path = `/api/v1/namespaces/${namespace}/services/${releaseName}:http/proxy/metrics`;
    const metrics = await kubectl('get', '--raw', path);
    const labels = `{window="20",namespace="${namespace}",model="aapl"}`;
    assert.ok(metrics.includes(`bellwether_live_days${labels} 20`), metrics);
    assert.match(metrics, /^bellwether_scores_total\{outcome="Succeeded"\} [1-9]/m);
  });

  it('is computed again at the next time, without scoring a day twice', async () => {
    const { name } = (await statusOf())?.scoring.job ?? {};
    await until('another Job has scored', namespace, async () => {
      const job = (await statusOf())?.scoring.job;
      return job?.state === 'Succeeded' && job.name !== name;
    });
    assert.equal((await rows()).length, scored.days);
    await patchSpec(namespace, 'model/aapl', { scoring: { suspend: true } });
  });

  it('is also computed by the next run, for the version that it replaces', async () => {
    await kubectl('delete', 'jobs', '--namespace', namespace, '--selector=app.kubernetes.io/component=score');
    await apply(namespace, fastRun('second', { model: 'aapl', data: { source: 'Yahoo' } }));
    await untilCondition(namespace, 'trainingrun/second', 'Promoted');
    const status = await statusOf();
    assert.notEqual(status?.champion.version, version);
    assert.ok(status?.live.scoredAt > scored.scoredAt);
    assert.deepEqual([status?.live.version, status?.live.days], [version, scored.days]);
    assert.deepEqual(await list(namespace, 'jobs', 'app.kubernetes.io/component=score'), []);
  });

  it('reports a failure to compute it, and servers are not affected', async () => {
    const { live, champion } = (await statusOf()) ?? {};
    await runInCluster(
      namespace,
      `const { appendFile } = await import('node:fs/promises');
       await appendFile('/artifacts/aapl/.track/AAPL', 'x');
       tell(true);`,
      { claim: 'aapl-artifacts', readOnly: false },
    );
    await patchSpec(namespace, 'model/aapl', { scoring: { suspend: false } });
    const status = await untilJob('Failed');
    assert.equal(status.scoring.job.reason, 'InputAltered');
    assert.deepEqual(status.live, live);
    const found = await untilServed(namespace, 'aapl', { version: champion.version });
    assert.equal(found.status?.readyReplicas, 1);
    const announced = await eventsAbout(namespace, 'Model', 'aapl');
    assert.ok(
      announced.some(line => /^ScoreFailed: Job aapl-score-\d+ failed \(InputAltered\)/.test(line)),
      announced.join('\n'),
    );
  });
});
