/** Installs, upgrades, tests and uninstalls the chart. */
import { join } from 'node:path';
import { everythingAllowed } from './allowed.ts';
import { image } from './images.ts';
import { execute } from './kubectl.ts';

export const chart = join(import.meta.dirname, '../../charts/bellwether');

/** Name of the release and so of its Deployment and Service. */
export const releaseName = 'bellwether';

/** Values as in values.yaml, to any depth. */
export type Values = Readonly<Record<string, unknown>>;

/** An image reference as values of the chart. */
export function imageValues(name: string): Values {
  const [, repository, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(name) ?? [];
  return { image: { repository, tag } };
}

/** Values for an operator that watches only its own namespace and allows everything. The CRDs are already installed. */
function valuesFor(namespace: string): Values {
  return {
    ...imageValues(image),
    crds: { enabled: false },
    rbac: { aggregate: false },
    watchNamespaces: [namespace],
    // Admission policies are not in the namespace: they would remain when it is deleted.
    workloads: { allowed: everythingAllowed, admissionPolicy: false },
  };
}

/** Installs or upgrades the chart, with values that override `valuesFor`, and waits until the operator is ready. */
export async function installChart(
  namespace: string,
  values: Values = {},
  flags: readonly string[] = [],
): Promise<void> {
  await execute(
    'helm',
    [
      ...['upgrade', releaseName, chart, '--install', '--namespace', namespace],
      ...['--wait', '--timeout', '180s', '--values', '-', ...flags],
    ],
    JSON.stringify(merged(valuesFor(namespace), values)),
  );
}

/** Rolls back to the previous revision and waits until it is ready. */
export async function rollBack(namespace: string): Promise<void> {
  await execute('helm', ['rollback', releaseName, '--namespace', namespace, '--wait', '--timeout', '180s']);
}

export async function uninstallChart(namespace: string): Promise<void> {
  await execute('helm', ['uninstall', releaseName, '--namespace', namespace, '--wait', '--timeout', '180s']);
}

/** Runs the chart's own test; returns helm's output. */
export function testChart(namespace: string): Promise<string> {
  return execute('helm', ['test', releaseName, '--namespace', namespace, '--timeout', '120s']);
}

function merged(base: Values, over: Values): Values {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const before = base[name];
    result[name] = isValues(before) && isValues(value) ? merged(before, value) : value;
  }
  return result;
}

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
