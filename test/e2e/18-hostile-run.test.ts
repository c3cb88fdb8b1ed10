/**
 * The code of a run tries to change what serves: it reaches no file of it. If the champion's files are altered in another
 * way, no run is promoted until the author of the Model approves one.
 */
import assert from 'node:assert/strict';
import { stageNames } from '../../src/api/artifacts.ts';
import { apply, get, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { fakeRun, fastRun, model } from '../../support/cluster/specs.ts';
import { conditionOf, until, untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { corruptFile, verifyArtifacts } from './harness/artifacts.ts';
import { approve } from './harness/change.ts';
import { eventsAbout, historyOf, untilServed, versionAnswering } from './harness/serving.ts';

/** Code that a stage runs first. It prints the error code of each attempt. */
function attack(version: string): string {
  return `import * as fs from 'node:fs';
    const model = '/artifacts/aapl', versions = model + '/.versions', served = versions + '/${version}';
    const attempts = {
      alter: () => fs.appendFileSync(served + '/train/classifier.bin', 'x'),
      remove: () => fs.unlinkSync(served + '/train/classifier.bin'),
      replace: () => fs.renameSync(served, versions + '/old'),
      forge: () => fs.mkdirSync(served + '/forged'),
      detach: () => fs.renameSync(versions, model + '/old'),
      otherRun: () => fs.appendFileSync(model + '/first/train/classifier.bin', 'x'),
      otherModel: () => fs.mkdirSync('/artifacts/msft'),
    };
    const codeOf = attempt => { try { attempt(); return 'done'; } catch ({ code }) { return code; } };
    console.log('attempts ' + JSON.stringify(
      Object.fromEntries(Object.entries(attempts).map(([name, attempt]) => [name, codeOf(attempt)]))));`;
}

/** Bars of the first two runs: on the same days, a run must be significantly better than the champion to be promoted. */
const earlier = { source: 'Sample', end: '2018-02-09' };

describe('a hostile run', () => {
  let namespace: string;
  let first: string;

  const run = async (name: string, spec: Record<string, unknown> = {}) => {
    await apply(namespace, fastRun(name, { model: 'aapl', data: { source: 'Sample' }, ...spec }));
    return untilFinished(namespace, name);
  };

  before(async () => {
    namespace = await createNamespace('hostile-run');
    await installChart(namespace);
    await apply(namespace, model('aapl'));
    const { status } = await run('first', { data: earlier });
    first = status?.version;
    await untilServed(namespace, 'aapl', { version: first });
  });

  after(() => deleteNamespace(namespace));

  it('cannot change, replace or hide the champion, nor reach other runs and Models', async () => {
    const hostile = fakeRun(
      'hostile',
      { real: true, code: attack(first) },
      { model: 'aapl', seed: 2, data: earlier },
    );
    await apply(namespace, hostile);
    const { status } = await untilFinished(namespace, 'hostile');
    assert.equal(status?.phase, 'Complete', JSON.stringify(status));
    for (const stage of stageNames) {
      const job = `job/hostile-${stage.toLowerCase()}`;
      const log = await kubectl('logs', job, '--namespace', namespace);
      const attempts = JSON.parse(/^attempts (.*)$/m.exec(log)?.[1] ?? '{}');
      const mountsVersions = stage === 'Evaluate';
      assert.deepEqual(
        attempts,
        {
          alter: mountsVersions ? 'EROFS' : 'ENOENT',
          remove: mountsVersions ? 'EROFS' : 'ENOENT',
          replace: mountsVersions ? 'EBUSY' : 'ENOENT',
          forge: mountsVersions ? 'EROFS' : 'ENOENT',
          detach: 'EROFS',
          otherRun: 'ENOENT',
          otherModel: 'EROFS',
        },
        stage,
      );
    }
    assert.equal((await get(namespace, 'model/aapl'))?.status?.champion.version, first);
    const files = await verifyArtifacts(namespace, 'aapl', `.versions/${first}`);
    assert.ok(files.length > 5);
    assert.deepEqual(
      files.map(({ actual }) => actual),
      files.map(({ listed }) => listed),
    );
  });

  it('is not promoted because the files of the champion are altered', async () => {
    await corruptFile(namespace, 'aapl', `.versions/${first}/train/classifier.bin`);
    await run('second');
    const found = await untilCondition(namespace, 'trainingrun/second', 'Promoted', 'False');
    assert.equal(conditionOf(found, 'Promoted')?.reason, 'Inconclusive');
    const [entry] = await historyOf(namespace, 'aapl');
    assert.deepEqual([entry?.run, entry?.reason], ['second', 'ChampionAltered']);
    assert.match(
      (await eventsAbout(namespace, 'Model', 'aapl')).join('\n'),
      /^ChampionAltered: Run second: /m,
    );
    assert.equal((await get(namespace, 'model/aapl'))?.status?.champion.version, first);
    assert.equal(await versionAnswering(namespace, 'aapl'), first);
  });

  it('is not approved by an annotation that its author sets, only by the Model', async () => {
    await kubectl('annotate', 'trainingrun/second', 'bellwether.dev/approved=true', '--namespace', namespace);
    await until('the annotation is reported', namespace, async () => {
      const found = await get(namespace, 'trainingrun/second');
      return /promotion\.approvedRun/.test(conditionOf(found, 'Promoted')?.message ?? '');
    });
    const second = (await get(namespace, 'trainingrun/second'))?.status?.version;
    assert.equal((await get(namespace, 'model/aapl'))?.status?.champion.version, first);
    await approve(namespace, 'aapl', 'second');
    await untilServed(namespace, 'aapl', { version: second });
    assert.equal((await historyOf(namespace, 'aapl'))[0]?.reason, 'Approved');
  });

  it('does not start if the Model does not select it', async () => {
    const selector = { matchLabels: { team: 'quant' } };
    await kubectl(
      ...['patch', 'model/aapl', '--namespace', namespace, '--type=merge'],
      `--patch=${JSON.stringify({ spec: { promotion: { runs: { selector } } } })}`,
    );
    const stranger = fastRun('stranger', { model: 'aapl' });
    const uid = (await get(namespace, 'model/aapl'))?.metadata.uid;
    const owner = { apiVersion: stranger.apiVersion, kind: 'Model', name: 'aapl', uid, controller: true };
    await apply(namespace, {
      ...stranger,
      metadata: {
        ...stranger.metadata,
        ownerReferences: [owner],
        labels: { 'bellwether.dev/model': 'aapl' },
      },
    });
    const found = await untilCondition(namespace, 'trainingrun/stranger', 'Promoted', 'False');
    assert.equal(conditionOf(found, 'Complete')?.reason, 'NotSelected');
    assert.match(conditionOf(found, 'Complete')?.message ?? '', /do not match team=quant/);
    assert.equal(await get(namespace, 'job/stranger-fetch'), null);
    await kubectl('label', 'trainingrun/stranger', 'team=quant', '--namespace', namespace);
    await until('its first Job exists', namespace, () => get(namespace, 'job/stranger-fetch'));
  });
});
