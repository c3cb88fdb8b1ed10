/** Reasons that the kubelet gives for a container that waits, of stages and of servers. */

/** What every pod says for a while. */
const ordinary = new Set(['ContainerCreating', 'PodInitializing', '']);

const imageTrouble = new Set([
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
  'SignatureValidationFailed',
]);

/** Whether the container is only starting. */
export function isOrdinary(reason: string): boolean {
  return ordinary.has(reason);
}

/** Whether the container has no image to start from. */
export function isImageTrouble(reason: string): boolean {
  return imageTrouble.has(reason);
}
