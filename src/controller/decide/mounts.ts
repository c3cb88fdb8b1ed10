/** Servers whose volumes cannot be mounted, such as a Secret that does not exist. Their pods have no condition for that. */
import type { PodResource } from '../observation.ts';

/** Milliseconds after which a pod should have its volumes, and the kubelet has emitted an Event if not. */
const mountDelay = 5000;

function isCreating({ stage, deleting, waiting }: PodResource): boolean {
  return stage === null && !deleting && waiting?.reason === 'ContainerCreating';
}

/** Whether the Events about the server should be read. @param now milliseconds since the epoch */
export function mayLackVolume(pod: PodResource, now: number): boolean {
  return isCreating(pod) && now >= pod.createdAt + mountDelay;
}

/** When the Events about a server should be read for the first time; null if that time has passed for all. */
export function mountCheckAt(pods: readonly PodResource[], now: number): number | null {
  const times = pods.filter(isCreating).map(({ createdAt }) => createdAt + mountDelay);
  const later = times.filter(time => time > now);
  return later.length === 0 ? null : Math.min(...later);
}

/**
 * The pods; servers with the kubelet's message as the reason why their container waits. The rules of stages read the failures
 * themselves.
 * @param failures messages by uid of pods
 */
export function withMountFailures(
  pods: readonly PodResource[],
  failures: ReadonlyMap<string, string>,
): readonly PodResource[] {
  if (!pods.some(({ uid }) => failures.has(uid))) return pods;
  return pods.map(pod => {
    const message = pod.stage === null ? failures.get(pod.uid) : undefined;
    return message === undefined ? pod : { ...pod, waiting: { reason: 'MountFailed', message } };
  });
}
