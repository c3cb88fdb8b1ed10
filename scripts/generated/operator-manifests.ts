/** The operator's manifests for users without Helm: the chart with its defaults, without the labels of Helm. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Namespace of the operator in the manifests. */
export const operatorNamespace = 'bellwether-system';

/** The oldest Kubernetes version that the chart accepts. */
export const kubernetesVersion = '1.31.0';

/** First line of a file that is generated from the chart. */
export const header = '# Generated from charts/bellwether by `make manifests`; do not edit.\n';

/** Name of the program `helm`; null if it is not on the PATH. */
export async function findHelm(): Promise<string | null> {
  return run('helm', ['version', '--short']).then(
    () => 'helm',
    () => null,
  );
}

/** All objects except the CustomResourceDefinitions and the test, as YAML. */
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
