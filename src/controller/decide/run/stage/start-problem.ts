/** Why a pod does not start, as the scheduler or the kubelet reports it. */
import type { PodResource } from '../../../observation.ts';
import { truncate } from '../../conditions.ts';
import { isImageFailure, isNormalStart } from '../../waiting-reasons.ts';
import { camelCase } from './cause.ts';
import type { Cause } from './finding.ts';

const longest = 1000;

/**
 * Null while no problem is reported.
 * @param mountFailure the message of the last Event about a volume that could not be mounted.
 */
export function startProblem(pod: PodResource, mountFailure: string | null): Cause | null {
  if (pod.unschedulable !== null) return unschedulable(truncate(pod.unschedulable, longest));
  if (mountFailure !== null && isNormalStart(pod.waiting?.reason ?? '')) {
    const message = `its volume cannot be mounted: ${truncate(mountFailure, longest)}`;
    return { reason: 'VolumeMissing', message };
  }
  if (pod.waiting === null || isNormalStart(pod.waiting.reason)) return null;
  const { reason, message } = pod.waiting;
  const details = truncate(message, longest) || 'the kubelet reports no cause';
  if (isImageFailure(reason)) {
    return { reason: 'ImagePullFailed', message: `its image cannot be pulled (${reason}): ${details}` };
  }
  return {
    reason: camelCase(reason, 'ContainerWaiting'),
    message: `its container cannot start (${reason}): ${details}`,
  };
}

function unschedulable(message: string): Cause {
  const isVolume = /persistentvolumeclaim|persistent ?volume/i.test(message);
  return isVolume
    ? { reason: 'VolumeMissing', message: `its volume is not available: ${message}` }
    : { reason: 'Unschedulable', message: `its pod cannot be scheduled: ${message}` };
}
