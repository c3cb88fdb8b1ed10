/** The pods of a run's stages. */
import type { StageName } from '../../../src/api/artifacts.ts';
import { execute, type Found, kubectl, list } from '../../../support/cluster/kubectl.ts';
import { until } from '../../../support/cluster/wait.ts';

function selector(run: string, stage?: StageName): string {
  const ofStage = stage === undefined ? '' : `,bellwether.dev/stage=${stage.toLowerCase()}`;
  return `bellwether.dev/run=${run}${ofStage}`;
}

/** Pods whose processes may still run: neither Succeeded nor Failed. */
export async function livePods(namespace: string, run: string, stage?: StageName): Promise<Found[]> {
  const pods = await list(namespace, 'pods', selector(run, stage));
  return pods.filter(({ status }) => !['Succeeded', 'Failed'].includes(status?.phase));
}

/** Waits until a fake stage has logged its nth start; returns its pod. */
export function untilStarted(namespace: string, run: string, stage: StageName, start = 1): Promise<Found> {
  return until(`${stage} of ${run} has started ${start} times`, namespace, async () => {
    for (const pod of await livePods(namespace, run, stage)) {
      const log = await kubectl('logs', pod.metadata.name, '--namespace', namespace);
      if (log.includes(`start ${start} of ${stage}\n`)) return pod;
    }
    return null;
  });
}

/** Waits until no pod of the run is running. */
export async function untilNoPods(namespace: string, run: string): Promise<void> {
  await until(`no pod of ${run} runs`, namespace, async () => (await livePods(namespace, run)).length === 0);
}

/** Evicts a pod, as draining a node does. */
export async function evict(namespace: string, pod: string): Promise<void> {
  const path = `/api/v1/namespaces/${namespace}/pods/${pod}/eviction`;
  const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: pod, namespace } };
  await execute('kubectl', ['create', '--raw', path, '-f', '-'], JSON.stringify(eviction));
}
