/** Why a controller cannot create a pod, from the API server's message. */
import type { JobResource, PodResource } from '../observation.ts';
import { truncate } from './conditions.ts';

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

/** Milliseconds in which the Job controller creates a Job's first pod; usually it takes a tenth of a second. */
export const podDelay = 2000;

/** Whether a Job should have had its first pod by now and has none. @param now milliseconds since the epoch */
export function isWithoutPod(job: JobResource, pods: readonly PodResource[], now: number): boolean {
  const { suspended, finished, deleting, active, failed, succeeded, createdAt, uid } = job;
  if (suspended || finished !== null || deleting || active + failed + succeeded > 0) return false;
  return now >= createdAt + podDelay && !pods.some(pod => pod.ownerUid === uid);
}
