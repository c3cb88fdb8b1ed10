/** One's own bars from a ConfigMap, as docs/own-bars.md describes, and the network policies of the Model. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { samplePath } from '../../src/market/sources/sample/source.ts';
import { apply, get, kubectl, list } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { installChart } from '../../support/cluster/release.ts';
import { fastRun } from '../../support/cluster/specs.ts';
import { until, untilFinished } from '../../support/cluster/wait.ts';

/** The operator reports the cause within 10 s; the test needs two more to read it. */
const causeSeconds = 12;

const sample = join(import.meta.dirname, '../../manifests/samples/own-bars.yaml');

describe('own bars', () => {
  let namespace: string;
  let data: object;

  before(async () => {
    namespace = await createNamespace('own-bars');
    await installChart(namespace);
    const { spec } = load(await readFile(sample, 'utf8')) as { spec: { data: object } };
    ({ data } = spec);
  });

  after(() => deleteNamespace(namespace));

  it('are waited for: a missing ConfigMap is named within ten seconds', async () => {
    await apply(namespace, fastRun('own-bars', { model: 'own', data }));
    await until('a pod of Fetch exists', namespace, async () => {
      const [pod] = await list(namespace, 'pods', 'bellwether.dev/stage=fetch');
      return pod;
    });
    const stage = await until(
      'the cause is reported',
      namespace,
      async () => {
        const run = await get(namespace, 'trainingrun/own-bars');
        return run?.status?.stages?.find(({ reason }: { reason?: string }) => reason === 'VolumeMissing');
      },
      causeSeconds,
    );
    assert.match(stage.message, /configmap "my-bars" not found/);
  });

  it('are read once the ConfigMap is there', async () => {
    await kubectl('create', 'configmap', 'my-bars', '-n', namespace, `--from-file=aapl.csv=${samplePath()}`);
    const run = await untilFinished(namespace, 'own-bars');
    assert.equal(run.status?.phase, 'Complete', JSON.stringify(run.status));
  });

  it('fail the run at once when the key is missing', async () => {
    const volume = { configMapName: 'my-bars', path: 'msft.csv' };
    await apply(namespace, fastRun('no-key', { model: 'own', data: { source: 'File', volume } }));
    const run = await untilFinished(namespace, 'no-key');
    const failed = run.status?.conditions.find(({ type }: { type: string }) => type === 'Failed');
    assert.equal(failed.reason, 'UnreadableFile');
    assert.match(failed.message, /msft\.csv of ConfigMap my-bars does not exist/);
  });

  it('leave nothing of the file in the status when they cannot be read', async () => {
    const secret = 'ZQXJ7731';
    const literal = `--from-literal=a.csv=root:${secret}:0:0`;
    await kubectl('create', 'configmap', 'no-bars', '-n', namespace, literal);
    const volume = { configMapName: 'no-bars', path: 'a.csv' };
    await apply(namespace, fastRun('no-bars', { model: 'own', data: { source: 'File', volume } }));
    const run = await untilFinished(namespace, 'no-bars');
    assert.match(JSON.stringify(run.status), /UnreadableFile/);
    const events = await kubectl('get', 'events', '-n', namespace, '-o', 'json');
    for (const text of [JSON.stringify(run.status), events]) assert.ok(!text.includes(secret), text);
  });

  it('are fetched under policies that the API server accepts', async () => {
    const policies = await list(namespace, 'networkpolicies', 'bellwether.dev/model=own');
    assert.deepEqual(policies.map(({ metadata }) => metadata.name).toSorted(), [
      'own',
      'own.fetch',
      'own.jobs',
    ]);
  });
});
