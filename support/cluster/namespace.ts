/** Namespaces of single tests: pods are restricted to the profile of that name, and nothing remains after deletion. */
import { randomBytes } from 'node:crypto';
import { apply, kubectl, list } from './kubectl.ts';
import { emptyVolumes, freeVolumes } from './volumes.ts';
import { until } from './wait.ts';

/** Namespaces of the tests that are running. */
export const namespaces = new Set<string>();

/** Creates a namespace whose name begins with `e2e-<stem>-`. */
export async function createNamespace(stem: string): Promise<string> {
  const name = `e2e-${stem}-${randomBytes(3).toString('hex')}`;
  const level = 'restricted';
  const labels = {
    'pod-security.kubernetes.io/enforce': level,
    'pod-security.kubernetes.io/warn': level,
    'bellwether.dev/test': 'true',
  };
  await apply('default', { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  namespaces.add(name);
  return name;
}

/** Deletes it and everything in it, and empties and releases its volumes. */
export async function deleteNamespace(name: string): Promise<void> {
  await kubectl('delete', 'trainingruns,models', '--all', '--namespace', name, '--timeout=120s');
  // Foreground deletion of many objects takes minutes: the garbage collector backs off between its attempts.
  await until('no pod is running', name, async () => {
    const pods = await list(name, 'pods', 'bellwether.dev/model');
    return pods.length === 0;
  });
  await emptyVolumes(name);
  await kubectl('delete', 'namespace', name, '--ignore-not-found', '--timeout=180s');
  await freeVolumes(name);
  namespaces.delete(name);
}
