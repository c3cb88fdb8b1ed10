/**
 * Why a Job has no pod, and why a pod's volumes are not mounted. Neither has a condition for that: the cause is in an Event
 * alone. Events are listed on demand, only for what should have started by now; a watch of all Events would cost more.
 */
import { messageOf } from '../failure.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { RawObject } from '../kubernetes/resource.ts';
import type { CoreV1Event } from '../kubernetes/types.ts';
import type { Logger } from '../observability/log.ts';
import { mayLackVolume } from './decide/mounts.ts';
import { isStarting, isWithoutPod } from './decide/pod-refusal.ts';
import type { Cached, Observation } from './observation.ts';
import { readTime } from './readers/metadata.ts';
import { events } from './resources.ts';

/**
 * By the uid of a Job: the message of the last Event about a pod that could not be created. By the uid of a pod: that of the
 * last Event about a volume that could not be mounted.
 */
export type PodFailures = ReadonlyMap<string, string>;

/** The reasons of Events that report a failure, and of those that show that it is over. */
interface Reasons {
  readonly failed: readonly string[];
  readonly over: readonly string[];
}

const creation: Reasons = { failed: ['FailedCreate'], over: [] };
const serverMount: Reasons = { failed: ['FailedMount'], over: [] };
const stageMount: Reasons = {
  failed: ['FailedMount', 'FailedAttachVolume'],
  over: ['Pulling', 'Pulled', 'Created', 'Started'],
};

type Client = Pick<KubernetesClient, 'list'>;

/** Never rejects: an error is logged, and the object has no entry. */
export async function readPodFailures(
  { jobs, pods, now }: Pick<Observation, 'jobs' | 'pods' | 'now'>,
  client: Client,
  log: Pick<Logger, 'warn'>,
): Promise<PodFailures> {
  const failures = new Map<string, string>();
  const read = async (kind: 'job' | 'pod', object: Cached, reasons: Reasons) => {
    try {
      const message = await lastFailure(object, reasons, client);
      if (message !== null) failures.set(object.uid, message);
    } catch (error) {
      const { namespace, name } = object;
      log.warn({ namespace, [kind]: name, cause: messageOf(error) }, 'events not read');
    }
  };
  for (const job of jobs.filter(job => isWithoutPod(job, pods, now))) await read('job', job, creation);
  const owners = new Set(jobs.filter(({ finished }) => finished === null).map(({ uid }) => uid));
  for (const pod of pods.filter(pod => owners.has(pod.ownerUid) && isStarting(pod, now))) {
    await read('pod', pod, stageMount);
  }
  for (const pod of pods.filter(pod => mayLackVolume(pod, now))) await read('pod', pod, serverMount);
  return failures;
}

async function lastFailure(
  { namespace, uid }: Cached,
  { failed, over }: Reasons,
  client: Client,
): Promise<string | null> {
  const reasons = [...failed, ...over];
  // A field selector has one value for a field.
  const selectors = [`involvedObject.uid=${uid}`, ...(reasons.length === 1 ? [`reason=${reasons[0]}`] : [])];
  const fieldSelector = selectors.join(',');
  const { items } = await client.list(events, { namespace, fieldSelector, limit: 100 });
  const [latest] = (items as RawObject<CoreV1Event>[])
    .filter(({ involvedObject, reason = '' }) => involvedObject?.uid === uid && reasons.includes(reason))
    .toSorted((left, right) => timeOf(right) - timeOf(left));
  return failed.includes(latest?.reason ?? '') ? (latest?.message ?? null) : null;
}

/** Milliseconds since the epoch. */
function timeOf({ lastTimestamp, eventTime, metadata }: RawObject<CoreV1Event>): number {
  return readTime(lastTimestamp ?? eventTime ?? metadata.creationTimestamp) ?? 0;
}
