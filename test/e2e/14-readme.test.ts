/** The README's way from nothing to a prediction, word for word; only the cluster is not kind's. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { image } from './harness/images.ts';
import { execute, kubectl } from './harness/kubectl.ts';
import { createNamespace, deleteNamespace, namespaces } from './harness/namespace.ts';
import { isShared } from './harness/shared.ts';

const root = join(import.meta.dirname, '../..');
/** Where `make deploy` puts the operator. */
const system = 'bellwether-system';

/** Shell blocks of the README between this heading and the next. */
async function blocksOf(heading: string): Promise<string[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Without the lines that make a cluster and put the image into it. */
function withoutCluster(block: string): string {
  return block
    .split('\n')
    .filter(line => !line.startsWith('make kind-up'))
    .join('\n')
    .replaceAll('bellwether:dev', image);
}

describe('the README', () => {
  let namespace: string;
  let folder: string;

  before(async () => {
    namespace = await createNamespace('readme');
    namespaces.add(system);
    // As in anybody's namespace `default`.
    const level = 'pod-security.kubernetes.io/enforce-';
    await kubectl('label', 'namespace', namespace, level, 'pod-security.kubernetes.io/warn-');
    folder = await mkdtemp(join(tmpdir(), 'readme-'));
  });

  after(async () => {
    await deleteNamespace(namespace);
    await execute('helm', ['uninstall', 'bellwether', '--namespace', system, '--ignore-not-found', '--wait']);
    await deleteNamespace(system);
    await rm(folder, { recursive: true });
  });

  it('leads from a cluster to a prediction', async () => {
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, await kubectl('config', 'view', '--raw', '--flatten'), { mode: 0o600 });
    const here = ['config', 'set-context', '--current', `--namespace=${namespace}`];
    await kubectl(`--kubeconfig=${kubeconfig}`, ...here);
    const [fromNothing, ask] = await blocksOf('On Kubernetes');
    assert.match(fromNothing ?? '', /^make kind-up .*\nmake deploy .*\nmake sample .*\n$/);

    // Where others work, this operator keeps to its namespace, and leaves the definitions as they are.
    const narrow = `--set crds.enabled=false --set rbac.aggregate=false --set watchNamespaces={${namespace}}`;
    const environment = {
      KUBECONFIG: kubeconfig,
      IMAGE: image,
      HELM_FLAGS: isShared ? narrow : '',
    };
    const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const shell = (script: string) =>
      execute('env', ['-C', root, ...assignments, 'bash', '-euo', 'pipefail', '-c', script]);

    const shown = await shell(withoutCluster(fromNothing ?? ''));
    assert.match(shown, /trainingrun.bellwether.dev\/aapl .* Complete .* Promoted/);
    assert.match(shown, /model.bellwether.dev\/aapl +True +Serving/);
    assert.match(await shell(withoutCluster(ask ?? '')), /risk: '(Low|Medium|High)'/);
  });
});
