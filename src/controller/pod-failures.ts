/**
 * Why a Job has no pod. A Job has no condition for that: its controller reports a refused pod in an Event alone. Events are
 * listed on demand, only for a Job that should have had a pod by now; a watch of all Events would cost more.
 */
import { messageOf } from '../failure.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { RawObject } from '../kubernetes/resource.ts';
import type { CoreV1Event } from '../kubernetes/types.ts';
import type { Logger } from '../observability/log.ts';
import { isWithoutPod } from './decide/pod-refusal.ts';
import type { JobResource, Observation } from './observation.ts';
import { readTime } from './readers/metadata.ts';
import { events } from './resources.ts';

/** By the uid of a Job: the message of the last Event about a pod that could not be created. */
export type PodFailures = ReadonlyMap<string, string>;

const failedCreate = 'FailedCreate';

type Client = Pick<KubernetesClient, 'list'>;

/** Never rejects: an error is logged, and the Job has no entry. */
export async function readPodFailures(
  { jobs, pods, now }: Pick<Observation, 'jobs' | 'pods' | 'now'>,
  client: Client,
  log: Pick<Logger, 'warn'>,
): Promise<PodFailures> {
  const failures = new Map<string, string>();
  for (const job of jobs.filter(job => isWithoutPod(job, pods, now))) {
    try {
      const message = await lastFailure(job, client);
      if (message !== null) failures.set(job.uid, message);
    } catch (error) {
      const { namespace, name } = job;
      log.warn({ namespace, job: name, cause: messageOf(error) }, 'events not read');
    }
  }
  return failures;
}

async function lastFailure({ namespace, uid }: JobResource, client: Client): Promise<string | null> {
  const fieldSelector = `involvedObject.uid=${uid},reason=${failedCreate}`;
  const { items } = await client.list(events, { namespace, fieldSelector, limit: 100 });
  const [latest] = (items as RawObject<CoreV1Event>[])
    .filter(({ involvedObject, reason }) => involvedObject?.uid === uid && reason === failedCreate)
    .toSorted((left, right) => timeOf(right) - timeOf(left));
  return latest?.message ?? null;
}

/** Milliseconds since the epoch. */
function timeOf({ lastTimestamp, eventTime, metadata }: RawObject<CoreV1Event>): number {
  return readTime(lastTimestamp ?? eventTime ?? metadata.creationTimestamp) ?? 0;
}
