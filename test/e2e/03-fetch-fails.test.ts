/** A delisted symbol: the run fails in Fetch with the cause, and the champion keeps serving. */
import assert from 'node:assert/strict';
import { stageNames } from '../../src/api/artifacts.ts';
import { apply, type Found, get, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { fastRun, model } from '../../support/cluster/specs.ts';
import { conditionOf, untilCondition, untilFinished, untilGone } from '../../support/cluster/wait.ts';
import { type Answer, askPrediction } from './harness/client.ts';
import { eventsOf } from './harness/events.ts';
import { startWatch, type Watch } from './harness/watch.ts';
import { startYahoo } from './harness/yahoo.ts';

const data = { source: 'Yahoo', timeoutSeconds: 5 };
const challenger = (symbol: string) => fastRun('daily', { model: 'aapl', symbol, data });
const jobsOf = (run: string) => stageNames.map(stage => `${run}-${stage.toLowerCase()}`);

describe('a run whose symbol is delisted', () => {
  let namespace: string;
  let jobs: Watch;
  let champion: Answer;
  let servers: string[];
  let run: Found;

  const serving = async () =>
    (await list(namespace, 'pods', 'app.kubernetes.io/component=server')).map(({ metadata }) => metadata.uid);

  const reapply = async (symbol: string) => {
    await kubectl('delete', 'trainingrun', 'daily', '--namespace', namespace);
    for (const job of jobsOf('daily')) await untilGone(namespace, `job/${job}`);
    await apply(namespace, challenger(symbol));
    return untilFinished(namespace, 'daily');
  };

  before(async () => {
    namespace = await createNamespace('fetch-fails');
    const yahooHost = await startYahoo(namespace);
    await installChart(namespace, { yahooHost });
    // The challengers are not approved, so that every Evaluate compares with the same champion.
    await apply(
      namespace,
      model('aapl', { promotion: { policy: 'Manual', approvedRun: 'first' } }),
      fastRun('first', { model: 'aapl' }),
    );
    await untilCondition(namespace, 'model/aapl', 'Ready');
    champion = await askPrediction(namespace, 'aapl');
    servers = await serving();
    jobs = await startWatch(namespace, 'jobs');
    await apply(namespace, challenger('DELISTED'));
    run = await untilFinished(namespace, 'daily');
  });

  after(async () => {
    await jobs?.stop();
    await deleteNamespace(namespace);
  });

  it('fails after one attempt, with the cause in its condition', () => {
    const failed = conditionOf(run, 'Failed');
    assert.deepEqual([failed?.status, failed?.reason], ['True', 'UnknownSymbol']);
    assert.match(failed?.message ?? '', /Fetch failed after 1 attempt: .*DELISTED.*delisted/);
    assert.equal(conditionOf(run, 'Complete')?.status, 'False');
    const promoted = conditionOf(run, 'Promoted');
    assert.deepEqual([promoted?.status, promoted?.reason], ['False', 'RunFailed']);
    const stages: { name: string; state: string }[] = run.status?.stages;
    assert.deepEqual(
      stages.map(({ state }) => state),
      ['Failed', 'Skipped', 'Skipped', 'Skipped'],
    );
  });

  it('reports the failure in an Event', async () => {
    const events = await eventsOf(namespace, 'TrainingRun', 'daily');
    const warnings = events.filter(({ type }) => type === 'Warning');
    assert.deepEqual(warnings.map(({ reason }) => reason).sort(), ['Failed', 'StageFailed']);
    assert.match(warnings.find(({ reason }) => reason === 'StageFailed')?.message ?? '', /DELISTED/);
  });

  it('shows the failure in kubectl get', async () => {
    const line = await kubectl('get', 'tr', 'daily', '--namespace', namespace, '--no-headers');
    assert.match(line, /^daily +aapl +Fetch +Failed +UnknownSymbol +RunFailed +/);
  });

  it('does not affect the champion', async () => {
    assert.deepEqual(await askPrediction(namespace, 'aapl'), champion);
    assert.deepEqual(await serving(), servers);
    const model = await get(namespace, 'model/aapl');
    assert.equal(model?.status?.champion.run, 'first');
    assert.equal(conditionOf(model, 'Ready')?.status, 'True');
  });

  it('rejects another symbol, because it has started', async () => {
    await assert.rejects(
      apply(namespace, challenger('AAPL')),
      /spec\.symbol is immutable once the run has started/,
    );
  });

  it('never had a Job after Fetch', () => {
    const seen = jobs.names().filter(name => name.startsWith('daily-'));
    assert.deepEqual(seen, ['daily-fetch']);
  });

  it('is Complete when created again with the right symbol', async () => {
    const again = await reapply('AAPL');
    assert.equal(conditionOf(again, 'Complete')?.status, 'True', conditionOf(again, 'Failed')?.message);
    assert.deepEqual(
      jobs.names().filter(name => name.startsWith('daily-')),
      jobsOf('daily'),
    );
  });

  it('reuses valid artifacts of an earlier run of the same name', async () => {
    const before = await get(namespace, 'trainingrun/daily');
    const again = await reapply('AAPL');
    const digests = ({ status }: { status?: Found['status'] }) =>
      status?.stages.map(({ name, outputDigest }: { name: string; outputDigest: string }) => [
        name,
        outputDigest,
      ]);
    assert.deepEqual(
      again.status?.stages.map(({ state }: { state: string }) => state),
      ['Reused', 'Reused', 'Reused', 'Reused'],
    );
    assert.deepEqual(digests(again), digests(before ?? {}));
    assert.equal(again.status?.version, before?.status?.version);
  });
});
