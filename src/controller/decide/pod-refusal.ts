/** Why a controller cannot create a pod, from the API server's message. */
import type { JobResource, PodResource } from '../observation.ts';
import { truncate } from './conditions.ts';
import { isLive } from './job-pods.ts';
import { isNormalStart } from './waiting-reasons.ts';

export interface PodRefusal {
  readonly reason: 'QuotaExceeded' | 'PodRefused';
  /** The API server's message. */
  readonly message: string;
}

const longestMessage = 1000;

/** Without the pod's name, which is another one at every attempt. */
export function podRefusal(text: string): PodRefusal {
  const message = text.replace(/^Error creating: /, '').replace(/pods? "[^"]*" is forbidden: /, '');
  const reason = message.includes('exceeded quota') ? 'QuotaExceeded' : 'PodRefused';
  return { reason, message: truncate(message, longestMessage) };
}

/**
 * Milliseconds in which the Job controller creates a Job's first pod (usually it takes a tenth of a second), and in which the
 * kubelet mounts a pod's volumes.
 */
export const podDelay = 2000;

/** Whether a Job should have had its first pod by now and has none. @param now milliseconds since the epoch */
export function isWithoutPod(job: JobResource, pods: readonly PodResource[], now: number): boolean {
  const { suspended, finished, deleting, active, failed, succeeded, createdAt, uid } = job;
  if (suspended || finished !== null || deleting || active + failed + succeeded > 0) return false;
  return now >= createdAt + podDelay && !pods.some(pod => pod.ownerUid === uid);
}

/** Whether a pod should have started by now, and nothing in its status explains why it has not. */
export function isStarting(pod: PodResource, now: number): boolean {
  const { phase, running, unschedulable, waiting, createdAt } = pod;
  if (!isLive(pod) || phase !== 'Pending' || running || unschedulable !== null) return false;
  return now >= createdAt + podDelay && isNormalStart(waiting?.reason ?? '');
}
