/**
 * A second run is rejected, a third is promoted, servers are replaced, the operator is upgraded: no prediction request fails
 * during all of this.
 */
import assert from 'node:assert/strict';
import { image } from '../../support/cluster/images.ts';
import { apply, type Found, get } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { fastRun, model } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { patchSpec, remove, scale } from './harness/change.ts';
import { type Load, startLoad } from './harness/load.ts';
import {
  columnsOf,
  eventsAbout,
  historyOf,
  serversOf,
  untilDrained,
  untilServed,
} from './harness/serving.ts';

/** A second name of the same image, like another release's tag; undefined if there is none. */
const sameImage = image.includes('/') ? undefined : `docker.io/library/${image}`;

describe('promotion under load', () => {
  let namespace: string;
  let load: Load;
  let first: string;
  let newer: string;

  const served = (version: string, servers = 2) => untilServed(namespace, 'aapl', { version, servers });

  /** Makes a change and waits until every server has been replaced. */
  const replaced = async (change: () => Promise<unknown>) => {
    const before = names(await serversOf(namespace, 'aapl'));
    await change();
    await until('every server has been replaced', namespace, async () => {
      const now = names(await serversOf(namespace, 'aapl'));
      return !now.some(name => before.includes(name));
    });
    await served(newer);
  };

  before(async () => {
    namespace = await createNamespace('load');
    await installChart(namespace);
    await apply(
      namespace,
      model('aapl', { serving: { replicas: 2 } }),
      fastRun('first', { model: 'aapl', data: { source: 'Sample', end: '2018-02-09' } }),
    );
    first = (await untilFinished(namespace, 'first')).status?.version;
    await served(first);
    load = await startLoad(namespace, 'aapl', { rate: 40, seconds: 600 });
    await until('requests are answered', namespace, async () => {
      const pod = await get(namespace, 'pod/load-aapl');
      return pod?.status?.phase === 'Running';
    });
  });

  after(() => deleteNamespace(namespace));

  it('rejects a run that is worse, with the figures in its message', async () => {
    const worse = { trees: 1, maxDepth: [1], sampling: 'Stratified' };
    await apply(namespace, fastRun('worse', { model: 'aapl', classifier: worse }));
    const run = await untilCondition(namespace, 'trainingrun/worse', 'Promoted', 'False');
    const [entry] = await historyOf(namespace, 'aapl');
    assert.deepEqual([entry?.run, entry?.outcome], ['worse', 'Rejected']);
    assert.match(entry?.message ?? '', /accuracy .*[\d.]+ %.*persistence's is [\d.]+ %/);
    assert.equal(conditionOf(run, 'Promoted')?.message, entry?.message);
    assert.equal(conditionOf(run, 'Complete')?.status, 'True');
    assert.equal((await columnsOf(namespace, 'trainingrun/worse')).PROMOTION, 'Rejected');
    assert.equal((await columnsOf(namespace, 'model/aapl')).VERSION, first);
    for (const [kind, name] of [
      ['TrainingRun', 'worse'],
      ['Model', 'aapl'],
    ] as const) {
      const announced = await eventsAbout(namespace, kind, name);
      assert.ok(
        announced.some(event => event.startsWith('Rejected: ') && event.includes(entry?.message ?? '')),
        announced.join('\n'),
      );
    }
  });

  it('promotes one on newer data that is not worse, and rolls it out', async () => {
    await apply(namespace, fastRun('newer', { model: 'aapl' }));
    newer = (await untilCondition(namespace, 'trainingrun/newer', 'Promoted')).status?.version;
    const found = await served(newer);
    const [entry] = await historyOf(namespace, 'aapl');
    assert.deepEqual([entry?.run, entry?.outcome, entry?.reason], ['newer', 'Promoted', 'NewerData']);
    assert.match(
      entry?.message ?? '',
      /on the \d+ days .* RMSE [\d.]+ % against [\d.]+ %, accuracy [\d.]+ % against [\d.]+ %/,
    );
    assert.match(
      conditionOf(found, 'Ready')?.message ?? '',
      new RegExp(`^Version ${newer} of run newer [^.]*\\.$`),
    );
    const announced = (await eventsAbout(namespace, 'Model', 'aapl')).join('\n');
    assert.match(announced, new RegExp(`^RollingOut: .*${newer}`, 'm'));
    assert.match(announced, new RegExp(`^RolledOut: .*${newer}`, 'm'));
    const columns = await columnsOf(namespace, 'model/aapl');
    assert.deepEqual([columns.READY, columns.CHAMPION, columns.VERSION], ['True', 'newer', newer]);
  });

  it('scales up and down', async () => {
    await scale(namespace, 'aapl', 4);
    await served(newer, 4);
    await scale(namespace, 'aapl', 2);
    await served(newer);
  });

  it('replaces every server when the spec of the servers changes', async () => {
    const serving = { resources: { requests: { cpu: '60m' } } };
    await replaced(() => patchSpec(namespace, 'model/aapl', { serving }));
  });

  it('replaces every server when the operator is upgraded to another image', async function () {
    if (sameImage === undefined) this.skip();
    await replaced(() => installChart(namespace, { workloads: { image: sameImage } }));
    const images = (await serversOf(namespace, 'aapl')).map(({ spec }) => spec.containers[0].image);
    assert.deepEqual(images, [sameImage, sameImage]);
  });

  it('replaces a server that was deleted', async () => {
    const [gone = ''] = names(await serversOf(namespace, 'aapl'));
    await remove(namespace, `pod/${gone}`);
    await served(newer);
  });

  it('answered every request, first with the old version, then with the new one', async () => {
    await untilDrained(namespace, 'aapl');
    const report = await load.stop();
    assert.equal(report.failures, 0, JSON.stringify(report, null, 2));
    assert.deepEqual(Object.keys(report.statuses), ['200']);
    assert.ok(report.requests > 500, `${report.requests} requests`);
    assert.deepEqual(
      report.versions.map(({ version }) => version),
      [first, newer],
    );
    const [old, young] = report.versions;
    // Both answer during the rollout, and only the new one afterwards.
    const overlap = Date.parse(old?.last ?? '') - Date.parse(young?.first ?? '');
    assert.ok(overlap < 60_000, `${overlap} ms`);
  });
});

function names(found: readonly Found[]): string[] {
  return found.map(({ metadata }) => metadata.name);
}
