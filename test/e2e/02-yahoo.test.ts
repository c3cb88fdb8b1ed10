/** A run on bars from Yahoo, which fails at first: Fetch retries, and the run succeeds. */
import assert from 'node:assert/strict';
import { apply, type Found, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { fastRun } from '../../support/cluster/specs.ts';
import { conditionOf, untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { askPrediction } from './harness/client.ts';
import { eventsOf } from './harness/events.ts';
import { startYahoo, yahooRequests } from './harness/yahoo.ts';

const tooMany = {
  kind: 'status',
  status: 429,
  headers: { 'retry-after': '1' },
  body: 'Too Many Requests',
} as const;
const day = 24 * 3600 * 1000;

describe('a run on live bars', () => {
  let namespace: string;
  let run: Found;

  before(async () => {
    namespace = await createNamespace('yahoo');
    const yahooHost = await startYahoo(namespace, [tooMany, tooMany, { kind: 'hang' }]);
    await installChart(namespace, { yahooHost });
    const data = { source: 'Yahoo', timeoutSeconds: 5 };
    await apply(namespace, fastRun('aapl', { data }));
    run = await untilFinished(namespace, 'aapl');
  });

  after(() => deleteNamespace(namespace));

  it('is Complete at the first attempt of each stage', () => {
    assert.equal(conditionOf(run, 'Complete')?.status, 'True', conditionOf(run, 'Complete')?.message);
    const stages: { state: string; attempts: number }[] = run.status?.stages;
    assert.deepEqual(
      stages.map(({ state, attempts }) => [state, attempts]),
      stages.map(() => ['Succeeded', 1]),
    );
  });

  it('sent four requests: two were rate limited, one timed out', async () => {
    const requests = await yahooRequests(namespace);
    assert.equal(requests.length, 4);
    assert.ok(
      requests.every(request => request.startsWith('/v8/finance/chart/AAPL?')),
      requests.join('\n'),
    );
    const log = await kubectl('logs', 'job/aapl-fetch', '--namespace', namespace);
    // Only the lines about retries: the report that ends the log holds digests, in which any digits may occur.
    const retries = log.split('\n').filter(line => /\bretry \d+ of \d+\b/.test(line));
    assert.deepEqual(
      retries.map(line => /\bHTTP 429\b/.test(line)),
      [true, true, false],
      log,
    );
    assert.match(retries.at(-1) ?? '', /\b5 s\b/);
  });

  it('has no Warning Events', async () => {
    const events = await eventsOf(namespace, 'TrainingRun', 'aapl');
    assert.deepEqual(
      events.filter(({ type }) => type !== 'Normal'),
      [],
    );
    assert.equal(events.filter(({ reason }) => reason === 'StageSucceeded').length, 4);
  });

  it('trained on bars up to the last completed day', () => {
    const age = Date.now() - Date.parse(run.status?.metrics.barsTo);
    assert.ok(age > 0 && age < 5 * day, run.status?.metrics.barsTo);
  });

  it('gives a model that predicts', async () => {
    const { status } = await untilCondition(namespace, 'model/aapl', 'Ready');
    assert.equal(status?.champion.version, run.status?.version);
    const { version, probabilities } = await askPrediction(namespace, 'aapl');
    assert.equal(version, run.status?.version);
    const { low, medium, high } = probabilities;
    assert.ok(Math.abs(low + medium + high - 1) < 1e-9);
  });
});
