/** The pods of a Job: its attempts, how they ended, and the reports they left. Used for stages and for scoring. */

import type { z } from 'zod';
import type { ContainerEnd, JobResource, PodResource } from '../observation.ts';
import { permanentExitCodes } from '../render/stage-job.ts';

/** Newest first; a total order, so that the decision does not depend on the order of the cache. */
export function newestFirst(pods: readonly PodResource[]): PodResource[] {
  return pods.toSorted(
    (left, right) => right.createdAt - left.createdAt || (left.name < right.name ? 1 : -1),
  );
}

/** Has not ended and is not being deleted. */
export function isLive(pod: PodResource): boolean {
  return !pod.deleting && !hasEnded(pod);
}

/** How long the watch of pods may lag behind the watch of Jobs: the two are independent. */
const lagMilliseconds = 10_000;

/**
 * Until when to wait for the pods of a finished Job, in milliseconds since the epoch; null when there is nothing to
 * wait for. If its last pod were not waited for, a success would be repeated and a failure would have no cause.
 */
export function podsDue(
  { finished, failed }: Pick<JobResource, 'finished' | 'failed'>,
  pods: readonly PodResource[],
  now: number,
): number | null {
  if (finished === null) return null;
  const ended = pods.filter(hasEnded);
  const isKnown =
    finished.type === 'Complete' ? ended.some(hasSucceeded) : ended.length >= Math.max(1, failed);
  const due = finished.at + lagMilliseconds;
  return !isKnown && now < due ? due : null;
}

function hasSucceeded({ phase, terminated }: PodResource): boolean {
  return phase === 'Succeeded' || terminated?.exitCode === 0;
}

/** Its container will not run again. */
export function hasEnded(pod: PodResource): boolean {
  return pod.terminated !== null || pod.phase === 'Succeeded' || pod.phase === 'Failed';
}

/** Failed attempts; pods that were drained, evicted or deleted do not count. */
export function failedAttempts(pods: readonly PodResource[]): PodResource[] {
  return pods.filter(
    pod =>
      hasEnded(pod) &&
      !pod.deleting &&
      pod.disrupted === null &&
      (pod.terminated === null ? pod.phase === 'Failed' : pod.terminated.exitCode !== 0),
  );
}

/** Whether a retry cannot help: the Job then fails by its podFailurePolicy. */
export function isPermanent(end: ContainerEnd | null): boolean {
  return end !== null && permanentExitCodes.includes(end.exitCode);
}

/** The report in a container's termination message; null when it has not ended or left no report of this schema. */
export function reportIn<S extends z.ZodType>(end: ContainerEnd | null, schema: S): z.output<S> | null {
  if (end === null) return null;
  let document: unknown;
  try {
    document = JSON.parse(end.message);
  } catch {
    return null;
  }
  const parsed = schema.safeParse(document);
  return parsed.success ? parsed.data : null;
}
