/** Why a pod does not start: in the scheduler's words, or the kubelet's. */
import type { PodResource } from '../../../observation.ts';
import { truncate } from '../../conditions.ts';
import { isImageTrouble, isOrdinary } from '../../waiting.ts';
import { camelCase } from './cause.ts';
import type { Cause } from './finding.ts';

const longest = 1000;

/** Null while nothing is known to be wrong. */
export function startProblem(pod: PodResource): Cause | null {
  if (pod.unschedulable !== null) return unschedulable(truncate(pod.unschedulable, longest));
  if (pod.waiting === null || isOrdinary(pod.waiting.reason)) return null;
  const { reason, message } = pod.waiting;
  const words = truncate(message, longest) || 'the kubelet gives no cause';
  if (isImageTrouble(reason)) {
    return { reason: 'ImagePullFailed', message: `its image cannot be pulled (${reason}): ${words}` };
  }
  return {
    reason: camelCase(reason, 'ContainerWaiting'),
    message: `its container cannot be started (${reason}): ${words}`,
  };
}

function unschedulable(words: string): Cause {
  const volume = /persistentvolumeclaim|persistent ?volume/i.test(words);
  return volume
    ? { reason: 'VolumeMissing', message: `its volume is not there: ${words}` }
    : { reason: 'Unschedulable', message: `no node takes its pod: ${words}` };
}
