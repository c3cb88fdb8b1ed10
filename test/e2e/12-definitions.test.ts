/**
 * Lifecycle of the CRDs: adopted by a release, kept when it is uninstalled, and applied without Helm.
 */
import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { image } from '../../support/cluster/images.ts';
import { apply, type Found, get, kubectl } from '../../support/cluster/kubectl.ts';
import { createNamespace, deleteNamespace } from '../../support/cluster/namespace.ts';
import { imageValues, installChart, releaseName, uninstallChart } from '../../support/cluster/release.ts';
import { fastRun, model } from '../../support/cluster/specs.ts';
import { untilCondition, untilFinished } from '../../support/cluster/wait.ts';
import { isShared } from './harness/shared.ts';

const definitions = ['trainingruns.bellwether.dev', 'models.bellwether.dev'];
const takeOver = ['--take-ownership'];
/** The cluster-scoped objects of manifests/operator. */
const clusterRoles = ['edit', 'view', 'operator'].map(
  role => `clusterrole/bellwether-system-bellwether-${role}`,
);
const clusterBinding = 'clusterrolebinding/bellwether-system-bellwether-operator';
const policies = ['models', 'trainingruns'].flatMap(resource =>
  ['', 'binding'].map(kind => `validatingadmissionpolicy${kind}/bellwether-system-bellwether-${resource}`),
);

describe('the CRDs', () => {
  let namespace: string;

  const found = async () => {
    const all = await Promise.all(definitions.map(name => get('default', `crd/${name}`)));
    return all.filter((each): each is Found => each !== null);
  };
  const owners = async () =>
    (await found()).map(({ metadata }) => metadata.annotations?.['meta.helm.sh/release-namespace']);

  beforeEach(async () => {
    namespace = await createNamespace('definitions');
  });

  afterEach(() => deleteNamespace(namespace));

  it('are adopted by a release only with --take-ownership, and kept when it is uninstalled', async function () {
    // CRDs are cluster-wide.
    if (isShared) this.skip();
    const withDefinitions = { crds: { enabled: true } };
    await kubectl(
      'annotate',
      'crd',
      ...definitions,
      'meta.helm.sh/release-name-',
      'meta.helm.sh/release-namespace-',
    );
    await assert.rejects(
      installChart(namespace, withDefinitions),
      /cannot be imported into the current release/,
    );
    await installChart(namespace, withDefinitions, takeOver);
    assert.deepEqual(await owners(), [namespace, namespace]);

    await apply(namespace, model('kept', { serving: { replicas: 0 } }));
    const before = await found();
    await uninstallChart(namespace);
    assert.deepEqual(uids(await found()), uids(before));
    assert.notEqual(await get(namespace, 'model/kept'), null);

    await installChart(namespace, withDefinitions);
    await untilCondition(namespace, 'model/kept', 'Ready', 'False');
    await uninstallChart(namespace);
    assert.deepEqual(uids(await found()), uids(before));
  });

  it('and the operator are installed by kubectl apply -k', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifests-'));
    try {
      await cp(join(import.meta.dirname, '../../manifests'), folder, { recursive: true });
      const path = join(folder, 'kustomization.yaml');
      await writeFile(path, `${named(await readFile(path, 'utf8'), namespace)}${narrowed(namespace)}`);
      await kubectl('apply', '--server-side', '--force-conflicts', '-k', folder);
      await kubectl(
        'rollout',
        'status',
        `deployment/${releaseName}`,
        '--namespace',
        namespace,
        '--timeout=120s',
      );
      await apply(namespace, fastRun('aapl'));
      const run = await untilFinished(namespace, 'aapl');
      assert.equal(run.status?.phase, 'Complete', JSON.stringify(run.status));
      await untilCondition(namespace, 'model/aapl', 'Ready');
    } finally {
      await kubectl('delete', ...clusterRoles, clusterBinding, ...policies, '--ignore-not-found');
      await rm(folder, { recursive: true });
    }
  });
});

/** Sets namespace and image, as a user would. */
function named(kustomization: string, namespace: string): string {
  const { repository, tag } = imageValues(image).image as { repository: string; tag: string };
  return kustomization
    .replace(/^namespace: .*$/m, `namespace: ${namespace}`)
    .replace(/^ {4}newTag: .*$/m, `    newName: ${repository}\n    newTag: ${tag}`);
}

/** Restricts the operator and its admission policies to one namespace, so that they leave other tests alone. */
function narrowed(namespace: string): string {
  const variable = { name: 'BELLWETHER_NAMESPACES', value: namespace };
  const matchLabels = { 'kubernetes.io/metadata.name': namespace };
  const patches = [
    {
      target: { kind: 'Deployment' },
      patch: JSON.stringify([{ op: 'add', path: '/spec/template/spec/containers/0/env/-', value: variable }]),
    },
    {
      target: { kind: 'ValidatingAdmissionPolicyBinding' },
      patch: JSON.stringify([
        { op: 'add', path: '/spec/matchResources', value: { namespaceSelector: { matchLabels } } },
      ]),
    },
  ];
  return `patches: ${JSON.stringify(patches)}\n`;
}

function uids(found: readonly Found[]): string[] {
  return found.map(({ metadata }) => metadata.uid);
}
