/** A real Prometheus scrapes an operator and its servers: every query of an alert or dashboard has a result. */
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { addDays, utcDay } from '../../src/market/days.ts';
import { image } from '../../support/cluster/images.ts';
import { apply, get, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { operatorPods } from '../../support/cluster/operator-pod.ts';
import { runInCluster, startPod } from '../../support/cluster/pod.ts';
import { installChart, releaseName } from '../../support/cluster/release.ts';
import { fakeRun, fastRun, model } from '../../support/cluster/specs.ts';
import { until, untilFinished } from '../../support/cluster/wait.ts';
import { loadRules } from '../alerts/rules.ts';
import { loadDashboards, queriesOf, substituted, timeVariables } from '../monitoring/dashboards.ts';
import { metricNames } from '../monitoring/metric-names.ts';
import { patchSpec } from './harness/change.ts';
import { startLoad } from './harness/load.ts';
import { type Prometheus, type Series, startPrometheus } from './harness/prometheus.ts';
import { serversOf, untilServed } from './harness/serving.ts';
import { startYahoo } from './harness/yahoo.ts';

/** Series appear with a delay, and rates need two more scrapes. */
const patienceMilliseconds = 120_000;

/** Alerts that may fire in a healthy system: they depend on this machine's speed, or on chance in forty scored days. */
const mayBeTrue = new Set([
  'BellwetherPredictSlow',
  'BellwetherReturnWorseThanMean',
  'BellwetherRiskWorseThanPersistence',
]);

/** A query and its expected result. */
interface Question {
  readonly place: string;
  readonly expr: string;
  /** The expected result; an error is never accepted. */
  readonly expected: 'data' | 'nothing' | 'anything';
}

type Ask = (expr: string) => Promise<readonly Series[]>;

describe('monitoring', () => {
  let namespace: string;
  let prometheus: Prometheus;

  before(async () => {
    namespace = await createNamespace('monitoring');
    await installChart(namespace, { replicas: 2, yahooHost: await startYahoo(namespace) });
    prometheus = await startPrometheus(namespace);
    // Trained on bars that end four months ago, so that there are enough days to score; the fake Yahoo has bars until
    // yesterday.
    const data = { source: 'Yahoo', end: addDays(utcDay(new Date().toISOString()), -120) };
    const everyMinute = { cron: '* * * * *' };
    const everyNewYear = { schedule: { cron: '0 0 1 1 *' }, runTemplate: {} };
    await apply(
      namespace,
      model('aapl', { serving: { replicas: 2 }, scoring: everyMinute, ...everyNewYear }),
    );
    // A run that is retried and fails, followed by a successful one.
    const stages = { Fetch: [{ exit: 75 }, { exit: 65, reason: 'InvalidBars' }] };
    await apply(namespace, fakeRun('bad', { stages }, { model: 'aapl' }));
    await untilFinished(namespace, 'bad');
    await apply(namespace, fastRun('first', { model: 'aapl', data }));
    const { version } = (await untilFinished(namespace, 'first')).status ?? {};
    await untilServed(namespace, 'aapl', { version, servers: 2 });
    const load = await startLoad(namespace, 'aapl', { rate: 20, seconds: 30 });
    await uploadBars(namespace);
    await load.finished();
    await until('a Score Job has succeeded', namespace, async () => {
      const found = await get(namespace, 'model/aapl');
      return found?.status?.scoring?.job?.state === 'Succeeded';
    });
  });

  after(async () => {
    prometheus?.close();
    // It has no owner, and deleteNamespace() waits for running pods.
    await kubectl('delete', 'pod/broken', '--ignore-not-found', '--namespace', namespace);
    await deleteNamespace(namespace);
  });

  it('finds operators and servers by the plain scrape configuration', async () => {
    const expected = [
      ...(await operatorPods(namespace)).map(pod => `bellwether-operator ${namespace}/${pod} up`),
      ...(await serversOf(namespace, 'aapl')).map(
        ({ metadata }) => `bellwether-servers ${namespace}/${metadata.name} up`,
      ),
    ].sort();
    await until('they are scraped', namespace, async () => {
      const targets = await prometheus.targets();
      const found = targets.map(
        ({ labels, health }) => `${labels.job} ${labels.namespace}/${labels.pod} ${health}`,
      );
      return found.sort().join() === expected.join();
    });
  });

  it("has the Model's namespace as a label, not the operator's", async () => {
    const [series] = await until('the metric exists', namespace, async () => {
      const found = await prometheus.query('bellwether_model_ready');
      return found.length > 0 && found;
    });
    assert.equal(series?.metric.namespace, namespace);
    assert.equal(series?.metric.model, 'aapl');
    assert.equal(series?.metric.exported_namespace, undefined);
  });

  it('evaluates every rule', async () => {
    const { alerts, recordings } = loadRules();
    const expected = [...alerts.map(rule => rule.alert), ...recordings.map(rule => rule.record)].sort();
    const rules = await until('every rule was evaluated', namespace, async () => {
      const found = await prometheus.rules();
      return found.every(({ health }) => health !== 'unknown') && found;
    });
    assert.deepEqual(rules.map(({ name }) => name).sort(), expected);
    assert.deepEqual(
      rules.filter(({ health }) => health !== 'ok').map(({ name, lastError }) => `${name}: ${lastError}`),
      [],
    );
  });

  it('has no alert in a healthy system', async () => {
    const questions = loadRules().alerts.map(({ alert, expr }): Question => {
      return { place: alert, expr, expected: mayBeTrue.has(alert) ? 'anything' : 'nothing' };
    });
    assert.deepEqual(await unsatisfied(prometheus.query, questions), []);
  });

  it('has a metric for the reason why a Model is stalled, only while it is', async () => {
    const untilStalledBy = (...reasons: string[]) =>
      until(`it is stalled by ${reasons.join() || 'nothing'}`, namespace, async () => {
        const found = await prometheus.query('bellwether_model_stalled');
        return found.map(({ metric }) => metric.reason).join() === reasons.join();
      });
    await patchSpec(namespace, 'model/aapl', { pinnedRun: 'nobody' });
    await untilStalledBy('PinnedRunNotFound');
    await patchSpec(namespace, 'model/aapl', { pinnedRun: null });
    await untilStalledBy();
  });

  it('has data for every metric of an alert, so that no alert is silent for lack of data', async () => {
    const questions = loadRules().alerts.flatMap(({ alert, expr }) =>
      metricNames(expr).map((metric): Question => ({ place: alert, expr: metric, expected: 'data' })),
    );
    // Some metrics exist only while a run is active.
    assert.deepEqual(await unsatisfied(prometheus.queryHistory, questions), []);
  });

  it('has data for every recording rule', async () => {
    const questions = loadRules().recordings.map(({ record }): Question => {
      return { place: 'recording', expr: record, expected: 'data' };
    });
    assert.deepEqual(await unsatisfied(prometheus.query, questions), []);
  });

  it('has data for every query of a dashboard', async () => {
    await startServerWithoutModel(namespace);
    const chosen = { cluster: '.*', namespace, model: 'aapl', job: 'bellwether-operator', window: '60' };
    const variables = { ...chosen, ...timeVariables(300, 15, 2) };
    const queries = (await loadDashboards()).flatMap(queriesOf);
    const questions = queries.map(({ dashboard, panel, expr }): Question => {
      return { place: `${dashboard}, ${panel}`, expr: substituted(expr, variables), expected: 'data' };
    });
    assert.deepEqual(await unsatisfied(prometheus.queryHistory, questions), []);
  });

  it('has an alert when a run fails and when the operator is down', async () => {
    const untilTold = (alert: string) =>
      until(`${alert} is pending or fires`, namespace, async () => {
        const rules = await prometheus.rules();
        return rules.some(({ name, state }) => name === alert && state !== 'inactive');
      });
    await apply(namespace, fakeRun('worse', { stages: { Fetch: [{ exit: 65 }] } }, { model: 'aapl' }));
    await untilTold('BellwetherRunFailed');
    await kubectl('scale', `deployment/${releaseName}`, '--replicas=0', '--namespace', namespace);
    await untilTold('BellwetherOperatorDown');
  });
});

/** Repeats queries until all have the expected result or time is up; returns the remaining problems. */
async function unsatisfied(ask: Ask, questions: readonly Question[]): Promise<string[]> {
  const deadline = Date.now() + patienceMilliseconds;
  let left = questions;
  for (;;) {
    const problems = new Map<Question, string>();
    for (const question of left) {
      const problem = await problemOf(ask, question);
      if (problem !== null) problems.set(question, problem);
    }
    if (problems.size === 0 || Date.now() > deadline) {
      return [...problems].map(([{ place, expr }, problem]) => `${place}: ${expr}: ${problem}`);
    }
    left = [...problems.keys()];
    await sleep(1000);
  }
}

async function problemOf(ask: Ask, { expr, expected }: Question): Promise<string | null> {
  try {
    const series = await ask(expr);
    if (expected === 'data') return series.length > 0 ? null : 'nothing';
    return expected === 'anything' || series.length === 0 ? null : JSON.stringify(series);
  } catch (error) {
    return String(error);
  }
}

/** A server without a model, and requests to it. */
async function startServerWithoutModel(namespace: string): Promise<void> {
  const name = 'broken';
  await startPod(namespace, {
    name,
    image,
    args: ['server'],
    labels: { 'bellwether.dev/model': name, 'app.kubernetes.io/component': 'server' },
    // The port is set because the Service named bellwether defines an environment variable BELLWETHER_PORT in pods.
    env: { BELLWETHER_MODEL_DIR: '/nowhere', BELLWETHER_HOST: '0.0.0.0', BELLWETHER_PORT: '8080' },
    port: 8080,
  });
  const podIP = await until('the pod is running', namespace, async () => {
    const found = await get(namespace, `pod/${name}`);
    return found?.status?.phase === 'Running' && found.status.podIP;
  });
  // Over more than two scrapes, because a rate needs them.
  const script = `
    const ask = () => fetch('http://${podIP}:8080/predict', {
      method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const statuses = new Set();
    for (let i = 0; i < 20; i++) {
      statuses.add((await ask()).status);
      await new Promise(resolve => setTimeout(resolve, 500));
    }
    tell([...statuses]);`;
  assert.deepEqual(await runInCluster(namespace, script), [503]);
}

/** Uploads the run's bars to /predict_batch, and sends an invalid request to /predict. */
async function uploadBars(namespace: string): Promise<void> {
  const script = `
    import { readFile } from 'node:fs/promises';
    const post = (path, type, body) =>
      fetch('http://aapl' + path, { method: 'POST', headers: { 'content-type': type }, body });
    const bars = await readFile('/artifacts/aapl/first/fetch/bars.csv');
    const batch = await post('/predict_batch', 'text/csv', bars);
    const { summary } = await batch.json();
    const refused = await post('/predict', 'application/json', '{"rsi": "high"}');
    tell([batch.status, summary.predicted > 1000, refused.status]);`;
  assert.deepEqual(await runInCluster(namespace, script, { claim: 'aapl-artifacts' }), [200, true, 422]);
}
