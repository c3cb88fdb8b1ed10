/** The pods of a stage's Job: its attempts. */

import type { ContainerEnd, JobResource, PodResource } from '../../../observation.ts';
import { permanentExitCodes } from '../../../render/stage-job.ts';

/** Newest first; the order is total, so that the same pods always give the same decision. */
export function newestFirst(pods: readonly PodResource[]): PodResource[] {
  return pods.toSorted(
    (left, right) => right.createdAt - left.createdAt || (left.name < right.name ? 1 : -1),
  );
}

/** Neither ended nor on its way out. */
export function isLive(pod: PodResource): boolean {
  return !pod.deleting && !hasEnded(pod);
}

/** Time for the watch of pods to tell what the Job controller already knows: the two come side by side. */
const lagMilliseconds = 10_000;

/**
 * Until when a finished Job's pods may yet be heard of, as milliseconds since the epoch; null when there is nothing to
 * wait for. Without its pod a success would be repeated, and a failure would have no cause.
 */
export function podsDue(
  { finished }: Pick<JobResource, 'finished'>,
  pods: readonly PodResource[],
  now: number,
): number | null {
  if (finished === null || pods.length > 0) return null;
  const due = finished.at + lagMilliseconds;
  return now < due ? due : null;
}

/** Its container will not run again. */
export function hasEnded(pod: PodResource): boolean {
  return pod.terminated !== null || pod.phase === 'Succeeded' || pod.phase === 'Failed';
}

/** The attempts that failed by their own doing: what was drained, evicted or deleted does not count. */
export function failedAttempts(pods: readonly PodResource[]): PodResource[] {
  return pods.filter(
    pod =>
      hasEnded(pod) &&
      !pod.deleting &&
      pod.disrupted === null &&
      (pod.terminated === null ? pod.phase === 'Failed' : pod.terminated.exitCode !== 0),
  );
}

/** Whether trying again cannot help: the Job then fails by its podFailurePolicy. */
export function isPermanent(end: ContainerEnd | null): boolean {
  return end !== null && permanentExitCodes.includes(end.exitCode);
}
