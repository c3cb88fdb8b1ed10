/** Namespaces of a test's own, which hold pods to the restricted profile and leave nothing behind. */
import { randomBytes } from 'node:crypto';
import { apply, kubectl, list } from './kubectl.ts';
import { emptyVolumes, freeVolumes } from './volumes.ts';
import { until } from './wait.ts';

/** Those of the tests that are there now. */
export const namespaces = new Set<string>();

/** Makes a namespace whose name begins with `e2e-<stem>-`. */
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

/** Deletes it with all that is in it, and gives its volumes back, empty. */
export async function deleteNamespace(name: string): Promise<void> {
  await kubectl('delete', 'trainingruns,models', '--all', '--namespace', name, '--timeout=120s');
  // In the foreground the garbage collector waits longer and longer between its tries: minutes, where many go at once.
  await until('no pod writes any more', name, async () => {
    const pods = await list(name, 'pods', 'bellwether.dev/model');
    return pods.length === 0;
  });
  await emptyVolumes(name);
  await kubectl('delete', 'namespace', name, '--ignore-not-found', '--timeout=180s');
  await freeVolumes(name);
  namespaces.delete(name);
}
