/** The manifests for users without Helm. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';
import { operatorManifests, operatorNamespace } from '../../scripts/generated/operator-manifests.ts';
import { chart, hasHelm, one, type Rendered } from './render.ts';

const folder = join(import.meta.dirname, '../../manifests');
const hasKubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

describe('manifests', () => {
  it('of the operator are generated from the chart', async function () {
    if (!hasHelm) this.skip();
    const present = await readFile(join(folder, 'operator/operator.yaml'), 'utf8');
    assert.equal(present, await operatorManifests('helm', chart));
  });

  it('built by kustomize, run stages from the image of the operator', function () {
    if (!hasKubectl) this.skip();
    const text = execFileSync('kubectl', ['kustomize', folder], {
      encoding: 'utf8',
      maxBuffer: 16 * 1024 * 1024,
    });
    const objects = loadAll(text) as Rendered[];
    const [container] = one(objects, 'Deployment').spec.template.spec.containers;
    const variable = (name: string) =>
      container.env.find((entry: { name: string }) => entry.name === name).value;
    assert.equal(container.image, 'bellwether:dev');
    assert.equal(variable('BELLWETHER_IMAGE'), container.image);
    const policies = objects.filter(({ kind }) => kind === 'ValidatingAdmissionPolicy');
    assert.deepEqual(
      policies.map(
        ({ spec }) => spec.variables.find((each: { name: string }) => each.name === 'ownImage')?.expression,
      ),
      ['"bellwether:dev"', '"bellwether:dev"'],
    );
    assert.equal(variable('BELLWETHER_IMAGE_PULL_POLICY'), 'IfNotPresent');
    assert.equal(one(objects, 'Namespace').metadata.name, operatorNamespace);
    assert.equal(objects.filter(({ kind }) => kind === 'CustomResourceDefinition').length, 2);
  });
});
