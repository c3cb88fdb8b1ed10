/** The operator as the chart runs it: which pod leads, and what happens when pods go. */

import { get, kubectl, list } from './kubectl.ts';
import { releaseName } from './release.ts';
import { until } from './wait.ts';

const selector = `app.kubernetes.io/instance=${releaseName},app.kubernetes.io/component=operator`;

/** Names of the operator's pods. */
export async function operatorPods(namespace: string): Promise<string[]> {
  const pods = await list(namespace, 'pods', selector);
  return pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.name);
}

/** The pod that holds the Lease; null while nobody does. */
export async function leader(namespace: string): Promise<string | null> {
  const lease = await get(namespace, `lease/${releaseName}`);
  return lease?.spec.holderIdentity || null;
}

/**
 * Deletes a pod of the operator without notice: its process gets no time to give the Lease up. (The kubelet still sends
 * SIGTERM a moment before SIGKILL; `operator-process.ts` kills for certain.)
 */
export async function killOperatorPod(namespace: string, pod: string): Promise<void> {
  await kubectl(
    'delete',
    'pod',
    pod,
    '--namespace',
    namespace,
    '--grace-period=0',
    '--force',
    '--wait=false',
  );
}

/** Replaces the operator's pods in the orderly way, and waits until the new ones are ready. */
export async function restartOperator(namespace: string): Promise<void> {
  const deployment = `deployment/${releaseName}`;
  await kubectl('rollout', 'restart', deployment, '--namespace', namespace);
  await kubectl('rollout', 'status', deployment, '--namespace', namespace, '--timeout=120s');
}

/** Waits until another pod than this one leads; returns its name. */
export function untilOtherLeads(namespace: string, than: string, limitSeconds = 60): Promise<string> {
  return until(
    `another operator than ${than} leads`,
    namespace,
    async () => {
      const now = await leader(namespace);
      return now !== than && now;
    },
    limitSeconds,
  );
}
