/** The README's commands from a cluster to a prediction, verbatim except for creating the kind cluster. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { image } from '../../support/cluster/images.ts';
import { execute, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace, namespaces } from '../../support/cluster/namespace.ts';
import { isShared } from './harness/shared.ts';

const root = join(import.meta.dirname, '../..');
/** The namespace of `make deploy`. */
const system = 'bellwether-system';

/** Shell blocks of a section of the README. */
async function blocksOf(heading: string): Promise<string[]> {
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const [, section = ''] = readme.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return [...own.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block);
}

/** Without the commands that create a cluster and load the image. */
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
    // No Pod Security level, as in namespace `default`.
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

    // In a shared cluster the operator watches only its namespace and does not change the CRDs.
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
