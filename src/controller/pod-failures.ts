/**
 * Why a Job has no pod, and why a server's volumes are not mounted. Neither has a condition for that: the cause is in an
 * Event alone. Events are listed on demand, only for a Job that should have had a pod by now, or a server that should have
 * started; a watch of all Events would cost more.
 */
import { messageOf } from '../failure.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { RawObject } from '../kubernetes/resource.ts';
import type { CoreV1Event } from '../kubernetes/types.ts';
import type { Logger } from '../observability/log.ts';
import { mayLackVolume } from './decide/mounts.ts';
import { isWithoutPod } from './decide/pod-refusal.ts';
import type { Cached, Observation } from './observation.ts';
import { readTime } from './readers/metadata.ts';
import { events } from './resources.ts';

/** By the uid of a Job or of a server's pod: the message of the last Event about the failure. */
export type PodFailures = ReadonlyMap<string, string>;

type FailureEvent = 'FailedCreate' | 'FailedMount';

type Client = Pick<KubernetesClient, 'list'>;

/** Never rejects: an error is logged, and the object has no entry. */
export async function readPodFailures(
  { jobs, pods, now }: Pick<Observation, 'jobs' | 'pods' | 'now'>,
  client: Client,
  log: Pick<Logger, 'warn'>,
): Promise<PodFailures> {
  const failures = new Map<string, string>();
  const read = async (object: Cached, event: FailureEvent, kind: 'job' | 'pod') => {
    try {
      const message = await lastFailure(object, event, client);
      if (message !== null) failures.set(object.uid, message);
    } catch (error) {
      const { namespace, name } = object;
      log.warn({ namespace, [kind]: name, cause: messageOf(error) }, 'events not read');
    }
  };
  for (const job of jobs.filter(job => isWithoutPod(job, pods, now))) await read(job, 'FailedCreate', 'job');
  for (const pod of pods.filter(pod => mayLackVolume(pod, now))) await read(pod, 'FailedMount', 'pod');
  return failures;
}

async function lastFailure(
  { namespace, uid }: Cached,
  event: FailureEvent,
  client: Client,
): Promise<string | null> {
  const fieldSelector = `involvedObject.uid=${uid},reason=${event}`;
  const { items } = await client.list(events, { namespace, fieldSelector, limit: 100 });
  const [latest] = (items as RawObject<CoreV1Event>[])
    .filter(({ involvedObject, reason }) => involvedObject?.uid === uid && reason === event)
    .toSorted((left, right) => timeOf(right) - timeOf(left));
  return latest?.message ?? null;
}

/** Milliseconds since the epoch. */
function timeOf({ lastTimestamp, eventTime, metadata }: RawObject<CoreV1Event>): number {
  return readTime(lastTimestamp ?? eventTime ?? metadata.creationTimestamp) ?? 0;
}
