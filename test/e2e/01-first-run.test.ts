/** From an empty namespace to a prediction: the chart, the sample TrainingRun, and a client pod. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { stageNames } from '../../src/api/artifacts.ts';
import { predictAnswerSchema } from '../../src/api/predict.ts';
import { apply, type Found, get, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { runInCluster } from '../../support/cluster/pod.ts';
import { installChart, releaseName, testChart } from '../../support/cluster/release.ts';
import { untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { type Verified, verifyArtifacts } from './harness/artifacts.ts';

const sample = join(import.meta.dirname, '../../manifests/samples/aapl-sample.yaml');

interface Answers {
  readonly health: { status: string; model: { version: string } };
  readonly prediction: unknown;
  readonly batch: { readonly rows: number; readonly lines: readonly string[] };
}

/** The latest indicators to /predict, then all bars to /predict_batch. */
const client = `
  const get = async path => (await fetch('http://aapl' + path)).json();
  const post = (path, type, body, accept = 'application/json') =>
    fetch('http://aapl' + path, { method: 'POST', headers: { 'content-type': type, accept }, body });
  const { latest } = await get('/model/history');
  const prediction = await post('/predict', 'application/json', JSON.stringify(latest.indicators));
  const { readFile } = await import('node:fs/promises');
  const bars = await readFile('/artifacts/aapl/aapl/fetch/bars.csv', 'utf8');
  const batch = await post('/predict_batch', 'text/csv', bars, 'text/csv');
  tell({
    health: await get('/health'),
    prediction: await prediction.json(),
    batch: { rows: bars.trim().split('\\n').length - 1, lines: (await batch.text()).trim().split('\\n') },
  });`;

describe('a first run', () => {
  let namespace: string;
  let run: Found;

  before(async () => {
    namespace = await createNamespace('first-run');
    await installChart(namespace);
    await apply(namespace, load(await readFile(sample, 'utf8')) as object);
    run = await untilFinished(namespace, 'aapl', 600);
  });

  after(() => deleteNamespace(namespace));

  it("passes the chart's own test", async () => {
    assert.match(await testChart(namespace), /Phase: +Succeeded/);
  });

  it('is Complete, its four stages in order, one Job each', async () => {
    const conditions = Object.fromEntries(
      run.status?.conditions.map(({ type, status }: { type: string; status: string }) => [type, status]),
    );
    assert.deepEqual([conditions.Complete, conditions.Failed], ['True', 'False']);
    const stages: { name: string; state: string; attempts: number }[] = run.status?.stages;
    assert.deepEqual(
      stages.map(({ name, state }) => [name, state]),
      stageNames.map(name => [name, 'Succeeded']),
    );
    const jobs = await list(namespace, 'jobs', 'bellwether.dev/run=aapl');
    assert.deepEqual(
      jobs.map(({ metadata }) => metadata.name).sort(),
      stageNames.map(name => `aapl-${name.toLowerCase()}`).sort(),
    );
    assert.ok(jobs.every(({ metadata }) => metadata.ownerReferences?.[0]?.uid === run.metadata.uid));
  });

  it('is promoted, and its Model becomes ready with its version', async () => {
    await untilCondition(namespace, 'trainingrun/aapl', 'Promoted');
    const { status } = await untilCondition(namespace, 'model/aapl', 'Ready');
    assert.equal(status?.champion.run, 'aapl');
    assert.equal(status?.champion.version, run.status?.version);
    assert.equal(status?.readyReplicas, 1);
  });

  it("is documented step by step in the operator's log", async () => {
    const log = await kubectl('logs', `deployment/${releaseName}`, '--namespace', namespace);
    const lines = log
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
      .filter(line => line.run === 'aapl' && line.namespace === namespace);
    assert.ok(lines.every(({ level, model, time }) => level === 'info' && model === 'aapl' && time !== ''));
    const announced = lines.map(({ stage, reason }) => `${stage ?? '-'} ${reason}`);
    // The Model's status, with the promotion, is written before the run's.
    const last = ['Evaluate StageRunning', '- Promoted', 'Evaluate StageSucceeded', 'Evaluate Complete'];
    const story = [
      ...['Fetch CreatingModel', 'Fetch Started'],
      ...stageNames.slice(0, -1).flatMap(stage => [`${stage} StageRunning`, `${stage} StageSucceeded`]),
      ...last,
    ];
    // A stage that had to wait, for room on the node for example, is announced as running again.
    const steps = announced.filter(line => story.includes(line));
    assert.deepEqual(
      steps.filter((line, i) => line !== steps[i - 1]),
      story,
      announced.join('\n'),
    );
  });

  it('answers predictions at the Service', async () => {
    const { health, prediction, batch } = await runInCluster<Answers>(namespace, client, {
      claim: 'aapl-artifacts',
    });
    assert.equal(health.status, 'ready');
    const { model, probabilities } = predictAnswerSchema.parse(prediction);
    assert.deepEqual(model, { name: 'aapl', version: run.status?.version });
    assert.ok(Math.abs(probabilities.low + probabilities.medium + probabilities.high - 1) < 1e-9);
    assert.equal(batch.lines.length, batch.rows + 1);
  });

  it('has artifacts that match their manifests, in the run and in the published version', async () => {
    const version = run.status?.version;
    const folders = ['aapl', `.versions/${version}`];
    const [own, published] = await Promise.all(
      folders.map(folder => verifyArtifacts(namespace, 'aapl', folder)),
    );
    for (const { path, listed, actual } of [...(own ?? []), ...(published ?? [])]) {
      assert.equal(actual, listed, path);
    }
    const digests = (files: readonly Verified[] = []) => files.map(({ actual }) => actual).sort();
    assert.deepEqual(digests(own), digests(published));
    assert.ok(own !== undefined && own.length >= stageNames.length);
  });

  it('has a claim without an owner, so that it outlives the Model by default', async () => {
    const claim = await get(namespace, 'persistentvolumeclaim/aapl-artifacts');
    assert.equal(claim?.status?.phase, 'Bound');
    assert.deepEqual(claim?.metadata.ownerReferences ?? [], []);
  });
});
