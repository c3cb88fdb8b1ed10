/** The operator's manifests for people without Helm: the chart with its defaults, without what only Helm reads. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The namespace that the manifests install into. */
export const operatorNamespace = 'bellwether-system';

/** The least Kubernetes that the chart accepts. */
export const kubernetesVersion = '1.31.0';

/** The first line of a file that is made from the chart. */
export const header = '# Generated from charts/bellwether by `make manifests`; do not edit.\n';

/** The name of the program; null when there is none on the PATH. */
export async function findHelm(): Promise<string | null> {
  return run('helm', ['version', '--short']).then(
    () => 'helm',
    () => null,
  );
}

/** All objects but the CustomResourceDefinitions and the test, as YAML. */
export async function operatorManifests(helm: string, chart: string): Promise<string> {
  const { stdout } = await run(helm, [
    'template',
    'bellwether',
    chart,
    ...['--namespace', operatorNamespace, '--kube-version', kubernetesVersion],
    ...['--set', 'crds.enabled=false', '--skip-tests'],
  ]);
  return (
    header +
    stdout.replaceAll(
      /^# Source: .*\n|^ *helm\.sh\/chart: .*\n|^ *app\.kubernetes\.io\/managed-by: .*\n/gm,
      '',
    )
  );
}
