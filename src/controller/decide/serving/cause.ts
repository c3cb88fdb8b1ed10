/**
 * Why servers are not ready, from their pods. A cause depends only on what stays the same between two restarts, so that
 * the status is not rewritten at each of them.
 */
import type { ContainerEnd, DeploymentResource, PodResource } from '../../observation.ts';
import { truncate } from '../conditions.ts';
import { podRefusal } from '../pod-refusal.ts';
import { isImageFailure, isNormalStart } from '../waiting-reasons.ts';

export interface Cause {
  /** CamelCase. */
  readonly reason: string;
  /** Continues "a server …". */
  readonly message: string;
}

/** Most severe first: causes in the version itself come before those in the cluster. */
const severity = ['OOMKilled', 'CrashLoop', 'ImagePullFailed', 'Disrupted', 'Unschedulable'];

/** Characters kept of a termination message. */
const longestMessage = 500;

/** The most severe cause among the pods; without one, why the Deployment cannot create a pod. */
export function serverCause(
  pods: readonly PodResource[],
  deployment: Pick<DeploymentResource, 'replicaFailure'> | null,
): Cause | null {
  const failure = deployment?.replicaFailure ?? null;
  return causeOf(pods) ?? (failure === null ? null : creationCause(failure));
}

function creationCause(failure: string): Cause {
  const { reason, message } = podRefusal(failure);
  return { reason, message: `cannot be created: ${message}` };
}

/** The most severe cause among the pods that are not ready; null when there is none, as while they start normally. */
function causeOf(pods: readonly PodResource[]): Cause | null {
  const causes = pods
    .filter(pod => !pod.ready && !pod.deleting)
    .map(podCause)
    .filter(cause => cause !== null);
  const [worst = null] = causes.toSorted(
    (left, right) => rank(left) - rank(right) || (left.message < right.message ? -1 : 1),
  );
  return worst;
}

function rank({ reason }: Cause): number {
  const place = severity.indexOf(reason);
  return place === -1 ? severity.length : place;
}

function podCause(pod: PodResource): Cause | null {
  const { disrupted, failure, unschedulable, waiting } = pod;
  if (disrupted !== null)
    return { reason: 'Disrupted', message: `was disrupted by the cluster: ${disrupted}` };
  if (failure !== null) {
    return {
      reason: 'Disrupted',
      message: `was terminated by the kubelet (${failure.reason}): ${failure.message}`,
    };
  }
  if (unschedulable !== null) {
    return { reason: 'Unschedulable', message: `cannot be scheduled: ${unschedulable}` };
  }
  // A restarting container alternates between terminated and waiting: its last end stays the same.
  const end = pod.terminated ?? pod.lastTerminated;
  if (end !== null) return endCause(end, pod.restarts);
  if (waiting === null || isNormalStart(waiting.reason)) return null;
  if (isImageFailure(waiting.reason)) {
    return { reason: 'ImagePullFailed', message: `cannot pull its image: ${imageMessage(waiting)}` };
  }
  return { reason: waiting.reason, message: `cannot start: ${waiting.message || waiting.reason}` };
}

/** ErrImagePull and ImagePullBackOff alternate; the message of the second wraps that of the first. */
function imageMessage({ reason, message }: NonNullable<PodResource['waiting']>): string {
  return message.replace(/^Back-off pulling image "[^"]*": \w+: /, '') || reason;
}

function endCause({ exitCode, reason, message }: ContainerEnd, restarts: number): Cause {
  const times = restarts === 0 ? '' : ` (restarted ${restarts} ${restarts === 1 ? 'time' : 'times'})`;
  if (reason === 'OOMKilled') {
    return { reason, message: `exceeded its memory limit and was killed${times}` };
  }
  const details = lastLine(message);
  return {
    reason: 'CrashLoop',
    message: `terminated with exit code ${exitCode}${times}${details === '' ? '' : `: ${details}`}`,
  };
}

/** The last line of a termination message, which is one line, or the end of the log where the server wrote none. */
function lastLine(message: string): string {
  const line = message.trim().split('\n').at(-1) ?? '';
  return truncate(textOf(line) ?? line, longestMessage);
}

/** Reason and message of a JSON log line; null for any other line. */
function textOf(line: string): string | null {
  try {
    const entry = JSON.parse(line) as Record<string, unknown> | null;
    const parts = [entry?.reason, entry?.message ?? entry?.msg].filter(part => typeof part === 'string');
    return parts.length === 0 ? null : parts.join(': ');
  } catch {
    return null;
  }
}
