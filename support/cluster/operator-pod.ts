/** The pods of an operator installed by the chart, and its leader. */
import { get, list } from './kubectl.ts';
import { releaseName } from './release.ts';

const selector = `app.kubernetes.io/instance=${releaseName},app.kubernetes.io/component=operator`;

/** Names of the operator's pods. */
export async function operatorPods(namespace: string): Promise<string[]> {
  const pods = await list(namespace, 'pods', selector);
  return pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata }) => metadata.name);
}

/** The pod that holds the Lease; null if there is none. */
export async function leader(namespace: string): Promise<string | null> {
  const lease = await get(namespace, `lease/${releaseName}`);
  return lease?.spec.holderIdentity || null;
}
