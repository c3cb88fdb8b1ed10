/** Fields of objects that measurements read. */
import type { KubernetesObject, RawObject } from '../../../src/kubernetes/resource.ts';
import type { Fields } from '../../../support/cluster/kubectl.ts';

export function labelsOf({ metadata }: KubernetesObject): Readonly<Record<string, string>> {
  return metadata.labels ?? {};
}

export function statusOf({ status = {} }: RawObject<{ status: object }>): Fields {
  return status as Fields;
}

export function isTrue(object: KubernetesObject, condition: string): boolean {
  const conditions: { type: string; status: string }[] = statusOf(object).conditions ?? [];
  return conditions.some(({ type, status }) => type === condition && status === 'True');
}

/** Whether the first container has ended. @throws Error if it failed, since the measurement would be invalid */
export function hasEnded(pod: KubernetesObject): boolean {
  const { terminated } = statusOf(pod).containerStatuses?.[0]?.state ?? {};
  if (terminated === undefined) return false;
  if (terminated.exitCode === 0) return true;
  throw new Error(`pod ${pod.metadata.name} ended with ${terminated.exitCode}: ${terminated.message ?? ''}`);
}
