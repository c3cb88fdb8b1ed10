/** Why a pod does not start: in the scheduler's words, or the kubelet's. */
import type { PodResource } from '../../../observation.ts';
import { shortened } from '../../conditions.ts';
import type { Cause } from './finding.ts';

const imageReasons = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** What every pod says for a while. */
const ordinaryReasons = new Set(['ContainerCreating', 'PodInitializing', '']);

const longest = 1000;

/** Null while nothing is known to be wrong. */
export function startProblem(pod: PodResource): Cause | null {
  if (pod.unschedulable !== null) return unschedulable(shortened(pod.unschedulable, longest));
  if (pod.waiting === null || ordinaryReasons.has(pod.waiting.reason)) return null;
  const { reason, message } = pod.waiting;
  const words = shortened(message, longest) || 'the kubelet gives no cause';
  if (imageReasons.has(reason)) {
    return { reason: 'ImagePullFailed', message: `its image cannot be pulled (${reason}): ${words}` };
  }
  return {
    reason: /^[A-Za-z]{1,64}$/.test(reason) ? reason : 'ContainerWaiting',
    message: `its container cannot be started (${reason}): ${words}`,
  };
}

function unschedulable(words: string): Cause {
  const volume = /persistentvolumeclaim|persistent ?volume/i.test(words);
  return volume
    ? { reason: 'VolumeMissing', message: `its volume is not there: ${words}` }
    : { reason: 'Unschedulable', message: `no node takes its pod: ${words}` };
}
