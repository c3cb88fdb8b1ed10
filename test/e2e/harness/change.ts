/** Changes to runs and Models with kubectl. */
import { kubectl } from '../../../support/cluster/kubectl.ts';

/** Merges into the spec; null removes a field. @param what such as `model/aapl` */
export async function patchSpec(
  namespace: string,
  what: string,
  spec: Readonly<Record<string, unknown>>,
): Promise<void> {
  const patch = JSON.stringify({ spec });
  await kubectl('patch', what, '--namespace', namespace, '--type=merge', `--patch=${patch}`);
}

export async function scale(namespace: string, model: string, replicas: number): Promise<void> {
  await kubectl('scale', `model/${model}`, `--replicas=${replicas}`, '--namespace', namespace);
}

/** Approves a run, as the author of a Model does. */
export async function approve(namespace: string, model: string, approvedRun: string): Promise<void> {
  await patchSpec(namespace, `model/${model}`, { promotion: { approvedRun } });
}

/** Deletes an object and waits until it is gone. */
export async function remove(namespace: string, what: string): Promise<void> {
  await kubectl('delete', what, '--namespace', namespace, '--timeout=120s');
}
