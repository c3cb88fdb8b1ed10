/** Why servers don't serve, from what their pods say. Nothing here changes from one look to the next by itself. */
import type { ContainerEnd, PodResource } from '../../observation.ts';
import { truncate } from '../conditions.ts';
import { isImageTrouble, isOrdinary } from '../waiting.ts';

export interface Cause {
  /** One CamelCase word. */
  readonly reason: string;
  /** Goes on from "a server". */
  readonly message: string;
}

/** The gravest first: of several pods, that which says most about the version itself speaks. */
const gravity = ['OOMKilled', 'CrashLoop', 'ImagePullFailed', 'Disrupted', 'Unschedulable'];

/** Characters kept of a server's last words. */
const longestWords = 500;

/** The gravest cause among the pods that are not ready; null when they say nothing, or are only starting. */
export function causeOf(pods: readonly PodResource[]): Cause | null {
  const causes = pods
    .filter(pod => !pod.ready && !pod.deleting)
    .map(podCause)
    .filter(cause => cause !== null);
  const [gravest = null] = causes.toSorted(
    (left, right) => rank(left) - rank(right) || (left.message < right.message ? -1 : 1),
  );
  return gravest;
}

function rank({ reason }: Cause): number {
  const place = gravity.indexOf(reason);
  return place === -1 ? gravity.length : place;
}

function podCause(pod: PodResource): Cause | null {
  const { disrupted, failure, unschedulable, waiting } = pod;
  if (disrupted !== null) return { reason: 'Disrupted', message: `was stopped by the cluster: ${disrupted}` };
  if (failure !== null) {
    return { reason: 'Disrupted', message: `was ended by its node (${failure.reason}): ${failure.message}` };
  }
  if (unschedulable !== null) {
    return { reason: 'Unschedulable', message: `finds no node: ${unschedulable}` };
  }
  // Between two attempts a container is now ended, now waiting: its end is what stays the same.
  const end = pod.terminated ?? pod.lastTerminated;
  if (end !== null) return endCause(end, pod.restarts);
  if (waiting === null || isOrdinary(waiting.reason)) return null;
  if (isImageTrouble(waiting.reason)) {
    return { reason: 'ImagePullFailed', message: `cannot get its image: ${imageMessage(waiting)}` };
  }
  return { reason: waiting.reason, message: `waits: ${waiting.message || waiting.reason}` };
}

/** Pulling and waiting to pull take turns, and the second only wraps the message of the first. */
function imageMessage({ reason, message }: NonNullable<PodResource['waiting']>): string {
  return message.replace(/^Back-off pulling image "[^"]*": \w+: /, '') || reason;
}

function endCause({ exitCode, reason, message }: ContainerEnd, restarts: number): Cause {
  const times = restarts === 0 ? '' : ` (restarted ${restarts} ${restarts === 1 ? 'time' : 'times'})`;
  if (reason === 'OOMKilled') {
    return { reason, message: `used more memory than its limit and was killed${times}` };
  }
  const words = lastWords(message);
  const said = words === '' ? '' : `: ${words}`;
  return { reason: 'CrashLoop', message: `ended with exit code ${exitCode}${times}${said}` };
}

/** A server's last words are one line; where it wrote none, the end of its log. */
function lastWords(message: string): string {
  const line = message.trim().split('\n').at(-1) ?? '';
  return truncate(structured(line) ?? line, longestWords);
}

function structured(line: string): string | null {
  try {
    const said = JSON.parse(line) as Record<string, unknown> | null;
    const parts = [said?.reason, said?.message ?? said?.msg].filter(part => typeof part === 'string');
    return parts.length === 0 ? null : parts.join(': ');
  } catch {
    return null;
  }
}
